/** What one query knows while its rows become entities. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { InstanceState, LoadGroup } from "../../model/instance-state.ts";
import type { Query } from "../../model/query.ts";
import type { IdentityMap } from "../identity-map.ts";
import type { SessionCore } from "../session-core.ts";

export interface LoadContext {
  readonly session: SessionCore;
  /** The session's own map, or one of the query's for entities that are only read. */
  readonly identityMap: IdentityMap;
  readonly readOnly: boolean;
  readonly populateExisting: boolean;
  /** Told of each entity that is made. */
  readonly created?: (state: InstanceState) => void;
  /** Run a query for entities in the same context; given by `run-query.ts`, which loaders cannot import. */
  runEntities(query: Query): Io<EntityRows>;
}

/** The entities of a query for one kind of entity, one a row (null: none), and the raw rows beside them. */
export interface EntityRows {
  readonly states: readonly (InstanceState | null)[];
  readonly rows: readonly (readonly DriverValue[])[];
}

/** A group for the entities of one result. */
export function newGroup(): LoadGroup {
  return { states: [] };
}

/** The different states among `states`, in order. */
export function distinctStates(states: Iterable<InstanceState | null>): InstanceState[] {
  const seen = new Set<InstanceState>();
  for (const state of states) if (state !== null) seen.add(state);
  return [...seen];
}
