/** Tells of statements that read tables which nothing connects. Called by `compiled-cache.ts`, when a statement is compiled. */
import type { CartesianProduct } from "../sql/compiler/cartesian-product.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { CartesianProductError } from "../sql/errors.ts";
import { callSite } from "../util/call-site.ts";
import { warnOnce, type Reaction } from "../util/reaction.ts";

const shownSql = 200;

/** @throws CartesianProductError where `reaction` is "error" */
export function checkProducts({ products, sql }: Compiled, reaction: Reaction): void {
  if (reaction === "ignore") return;
  for (const product of products) {
    const site = callSite();
    const error = (): CartesianProductError => new CartesianProductError(described(product, sql), site);
    if (reaction === "error") throw error();
    warnOnce("SQLMODEL_CARTESIAN_PRODUCT", `${site ?? sql} ${JSON.stringify(product)}`, () => error().message);
  }
}

function described({ verb, parts }: CartesianProduct, sql: string): string {
  const [first = [], ...others] = parts;
  const text = sql.length > shownSql ? `${sql.slice(0, shownSql)}…` : sql;
  const rest = others.map(quoted).join(", and with each of ");
  const remedy =
    verb === "SELECT"
      ? "Join them by .join(…) or a condition in .where(…), or say by .crossJoin(…) that each with each is meant"
      : "Connect them by a condition in .where(…)";
  return `${verb} combines each row of ${quoted(first)} with each of ${rest}, because no condition connects them: ${text}. ${remedy}.`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(" and ");
}
