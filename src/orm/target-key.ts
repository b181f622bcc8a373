/** Finding the target of a foreign key in the identity map. */
import type { InstanceState } from "../model/instance-state.ts";
import type { Relationship } from "../model/mapper.ts";
import type { EntityCodec } from "./entity-codec.ts";

/** The identity map's key of what a many-to-one relationship refers to; undefined where its columns are not the target's primary key. */
export function targetKey(state: InstanceState, relationship: Relationship, codec: EntityCodec): unknown {
  const { pairs, target } = relationship;
  const isKey =
    target.primaryKey.length === pairs.length &&
    pairs.every(({ remote }, index) => remote.key === target.primaryKey[index]?.key);
  return isKey ? codec.keyOf(pairs.map(({ local }) => state.peek(local.key))) : undefined;
}
