/** Both sessions have the same members, and the asynchronous one promises what the synchronous one returns. */
import type { AsyncSession, Session } from "sqlmodel";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

type Names<S> = Exclude<keyof S, symbol>;
holds<Equal<Names<Session>, Names<AsyncSession>>>();

/** Methods that need no database: they return at once from both. */
type Immediate =
  | "add"
  | "addAll"
  | "delete"
  | "expunge"
  | "expungeAll"
  | "expire"
  | "expireAll"
  | "has"
  | "isModified"
  | "on"
  | "setAutoflush";
type Properties = "inTransaction" | "new" | "dirty" | "deleted" | "statistics";
/** Overloaded and generic methods lose their detail in `infer`: their cases are in must-compile-statements.ts. */
type Generic =
  | "bulkInsert"
  | "bulkUpdate"
  | "exec"
  | "explain"
  | "get"
  | "getOne"
  | "load"
  | "begin"
  | "beginNested"
  | "merge"
  | "page"
  | "paginate"
  | "refresh"
  | "scalar"
  | "scalars"
  | "stream";
type Plain = Exclude<Names<Session>, Immediate | Properties | Generic>;

holds<Equal<Pick<Session, Properties>, Pick<AsyncSession, Properties>>>();
type Promised<F> = F extends (...values: infer A) => infer R ? (...values: A) => Promise<R> : never;
holds<Equal<{ [K in Plain]: AsyncSession[K] }, { [K in Plain]: Promised<Session[K]> }>>();
