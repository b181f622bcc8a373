/** What sessions and engines tell of statements. */
import {
  type AsyncSession,
  createEngine,
  type ExecuteEvent,
  type Plan,
  type PlanNode,
  select,
  Session,
  type SessionStatistics,
  sql,
  update,
} from "sqlmodel";
import { instrument, traceContext } from "sqlmodel/opentelemetry";
import { Hero } from "./must-compile-models.ts";

const engine = createEngine("sqlite::memory:", {
  echo: { pretty: true, parameters: false, minimumMs: 5 },
  slowQuery: { ms: 200, log: (event: ExecuteEvent) => void event.duration },
});
createEngine("sqlite::memory:", { comments: { tags: { application: "api", tries: 1 }, context: traceContext } });
createEngine("sqlite::memory:", { echo: "pretty", onCartesianProduct: "error" });
export const session = new Session(engine, { timing: true, onNPlusOne: "error", nPlusOneThreshold: 3 });
export const statistics: SessionStatistics = session.statistics;
export const plan: Plan = session.explain(select(Hero).include({ team: true }), { analyze: true });
export const root: PlanNode = plan.root;
export const codes: ("foreign-key-without-index" | "sort-on-disk" | "hash-on-disk" | "estimate-far-off")[] =
  plan.findings.map(({ code }) => code);
engine.onExecute((event) => {
  const how: "complete" | "left" | undefined = event.stream;
  return void how;
});
session.explain(sql`SELECT 1`);
session.explain(update(Hero).all().values({ age: 1 }));
using connection = engine.connect();
export const direct: Plan = connection.explain(select(Hero.c.name));

export async function later(asynchronous: AsyncSession): Promise<string> {
  using _instrumentation = instrument({ requireParentSpan: true, queryText: false, parameters: true });
  return (await asynchronous.explain(select(Hero))).text;
}
