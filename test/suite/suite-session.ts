/** A session for suite cases: each call is a generator, so that one body runs synchronously and asynchronously. */
import type {
  AnyModel,
  AsyncRowStream,
  BulkUpdateRow,
  ColumnsOf,
  CreateInput,
  AsyncSession,
  Session,
  BeginOptions,
  Entity,
  Executable,
  GetOptions,
  NumberedPage,
  Page,
  PageOptions,
  PaginateOptions,
  Prepared,
  QueryOf,
  Result,
  RelationshipNames,
  RowStream,
  SessionEvent,
  SessionEvents,
  Settled,
  SqlTemplate,
  StreamOptions,
} from "sqlmodel";

/** Work of a suite case: yields what may be a promise, and gets its value. */
export type Step<T> = Generator<unknown, T, unknown>;
type AnyClass = new (...args: never) => object;

/** Both sessions have these methods; the suite calls them without knowing which it has. */
export class SuiteSession {
  readonly raw: Session | AsyncSession;

  constructor(raw: Session | AsyncSession) {
    this.raw = raw;
  }

  add(...entities: Entity[]): void {
    this.raw.add(...entities);
  }
  addAll(entities: readonly Entity[]): void {
    this.raw.addAll(entities);
  }
  delete(entity: Entity): void {
    this.raw.delete(entity);
  }
  expunge(...entities: Entity[]): void {
    this.raw.expunge(...entities);
  }
  expire<E extends Entity>(entity: E, names?: readonly (keyof E & string)[]): void {
    this.raw.expire(entity, names);
  }
  has(entity: Entity): boolean {
    return this.raw.has(entity);
  }
  on<E extends SessionEvent>(event: E, listener: SessionEvents[E]): () => void {
    return this.raw.on(event, listener);
  }
  get new(): readonly Entity[] {
    return this.raw.new;
  }
  get dirty(): readonly Entity[] {
    return this.raw.dirty;
  }
  get deleted(): readonly Entity[] {
    return this.raw.deleted;
  }
  get inTransaction(): boolean {
    return this.raw.inTransaction;
  }
  setAutoflush(isOn: boolean): boolean {
    return this.raw.setAutoflush(isOn);
  }

  *exec<Q extends Executable>(statement: Q): Step<Result<Q["row"]>> {
    return (yield (this.raw as Session).exec(statement)) as Result<Q["row"]>;
  }
  *prepared<R, P extends object>(statement: Prepared<R, P>, values: NoInfer<P>): Step<Result<R>> {
    return (yield (this.raw as Session).exec(statement, values)) as Result<R>;
  }
  *text<T>(statement: SqlTemplate<T>): Step<Result<T>> {
    return (yield (this.raw as Session).exec(statement)) as Result<T>;
  }
  stream<Q extends Executable>(statement: Q, options?: StreamOptions): RowStream<Q["row"]> | AsyncRowStream<Q["row"]> {
    return (this.raw as Session).stream(statement, options);
  }
  textStream<T>(statement: SqlTemplate<T>, options?: StreamOptions): RowStream<T> | AsyncRowStream<T> {
    return (this.raw as Session).stream(statement, options);
  }
  *page<Q extends QueryOf<unknown>>(statement: Q, options: PageOptions): Step<Page<Q["row"]>> {
    return (yield (this.raw as Session).page(statement, options)) as Page<Q["row"]>;
  }
  *paginate<Q extends QueryOf<unknown>>(statement: Q, options: PaginateOptions): Step<NumberedPage<Q["row"]>> {
    return (yield (this.raw as Session).paginate(statement, options)) as NumberedPage<Q["row"]>;
  }
  *get<M extends AnyClass>(model: M, key: unknown, options?: GetOptions): Step<InstanceType<M> | null> {
    return (yield this.raw.get(model as never, key, options)) as InstanceType<M> | null;
  }
  *load<E extends Entity, K extends RelationshipNames<E>>(entity: E, name: K): Step<Settled<E[K]>> {
    return (yield (this.raw as Session).load(entity, name)) as Settled<E[K]>;
  }
  *loadAll<E extends Entity>(entities: readonly E[], name: RelationshipNames<E>): Step<void> {
    yield (this.raw as Session).load(entities, name);
  }
  *flush(): Step<void> {
    yield this.raw.flush();
  }
  *flushPlan(): Step<readonly string[]> {
    return (yield this.raw.flushPlan()) as readonly string[];
  }
  *commit(): Step<void> {
    yield this.raw.commit();
  }
  *rollback(): Step<void> {
    yield this.raw.rollback();
  }
  *begin(options?: BeginOptions): Step<void> {
    yield this.raw.begin(options);
  }
  *beginNested(): Step<void> {
    yield this.raw.beginNested();
  }
  *refresh<E extends Entity>(entity: E, names?: readonly (keyof E & string)[]): Step<void> {
    yield this.raw.refresh(entity, names);
  }
  *bulkInsert<M extends AnyModel>(model: M, rows: readonly CreateInput<ColumnsOf<M>>[]): Step<number> {
    return (yield (this.raw as Session).bulkInsert(model, rows)) as number;
  }
  *bulkUpdate<M extends AnyModel>(model: M, rows: readonly BulkUpdateRow<ColumnsOf<M>>[]): Step<number> {
    return (yield (this.raw as Session).bulkUpdate(model, rows)) as number;
  }
  *merge<E extends Entity>(entity: E): Step<E> {
    return (yield this.raw.merge(entity)) as E;
  }
  *close(): Step<void> {
    yield this.raw.close();
  }
}

/** Run a case's body: yielded promises are awaited, other values are handed back at once. */
export async function runSteps<T>(steps: Step<T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = step.value instanceof Promise ? await step.value : step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}

/** A relationship of an object that was just made or loaded: its type cannot know, the case does. */
export function known<T>(value: T): Settled<T> {
  return value as Settled<T>;
}
