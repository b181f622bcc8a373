/** What the unit of work needs of a session; `session-core.ts` implements it. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { Mapper, Relationship } from "../../model/mapper.ts";
import type { EntityCodec } from "../entity-codec.ts";
import type { IdentityMap } from "../identity-map.ts";

export interface FlushSession {
  readonly dialect: Dialect;
  readonly identityMap: IdentityMap;
  /** Entities to insert, in the order they were added. */
  readonly pending: Set<InstanceState>;
  /** Entities to delete, in the order they were given. */
  readonly marked: Set<InstanceState>;
  codec(mapper: Mapper): EntityCodec;
  /** The connection, in a transaction that may write. */
  writeConnection(): Io<ConnectionCore>;
  /** Load a relationship of these entities, where it is not loaded. */
  loadRelated(states: readonly InstanceState[], relationship: Relationship): Io<void>;
  /** Make a transient or detached entity part of the session. */
  attach(state: InstanceState): void;
  /** Take a pending entity out again. */
  expunge(state: InstanceState): void;
  /** Keep the snapshot for a rollback, before it is replaced. */
  remember(state: InstanceState): void;
  /** Let `state` have the row of `existing`, which was to be deleted. */
  takeOver(state: InstanceState, existing: InstanceState): void;
  /** Tell the developer of a likely mistake. */
  warn(message: string): void;
}
