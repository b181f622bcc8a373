/** What may stand in a relationship. */
import { RelationshipValueError } from "./errors.ts";
import type { InstanceState } from "./instance-state.ts";
import type { Relationship } from "./mapper.ts";
import { findState } from "./state-slot.ts";

/** `value`, if it may stand in this relationship. @throws RelationshipValueError */
export function checkMember(owner: InstanceState, relationship: Relationship, value: unknown): object {
  const state = findState(value);
  if (state === undefined || !relationship.target.selfAndDescendants.includes(state.mapper)) {
    throw RelationshipValueError.wrongTarget(owner, relationship, value);
  }
  return state.entity;
}
