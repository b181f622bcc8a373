/** Options and statements that are none. */
import { createEngine, Session, select } from "sqlmodel";
import { instrument } from "sqlmodel/opentelemetry";
import { Hero } from "../must-compile-models.ts";

// @expect-error: Type '"loud"' is not assignable to type
const engine = createEngine("sqlite::memory:", { echo: "loud" });
// @expect-error: 'prety' does not exist in type
createEngine("sqlite::memory:", { echo: { prety: true } });
// @expect-error: Type '"loud"' is not assignable to type
createEngine("sqlite::memory:", { onCartesianProduct: "loud" });
// @expect-error: is not assignable to type
createEngine("sqlite::memory:", { comments: { tags: { request: new Date() } } });
// @expect-error: Property 'ms' is missing
createEngine("sqlite::memory:", { slowQuery: {} });
// @expect-error: Type '"loud"' is not assignable to type
const session = new Session(engine, { onNPlusOne: "loud" });
// @expect-error: Argument of type 'string' is not assignable to parameter of type
session.explain("SELECT 1");
// @expect-error: 'analyse' does not exist in type 'ExplainOptions'
session.explain(select(Hero), { analyse: true });
// @expect-error: Cannot assign to 'queries' because it is a read-only property.
session.statistics.queries = 0;
// @expect-error: 'values' does not exist in type 'TelemetryOptions'
instrument({ values: true });
