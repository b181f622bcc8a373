/** Attaches an `InstanceState` to an entity as a private field: no property, no WeakMap, nothing for JSON to find. */
import type { InstanceState } from "./instance-state.ts";

class Returned {
  constructor(target: object) {
    // A constructor may return another object; the subclass's private field is then added to that one.
    return target;
  }
}

class StateSlot extends Returned {
  #state: InstanceState;

  constructor(entity: object, state: InstanceState) {
    super(entity);
    this.#state = state;
  }

  static read(entity: object): InstanceState | undefined {
    return #state in entity ? entity.#state : undefined;
  }
}

/** Give `entity` its state; once in its life. */
export function attachState(entity: object, state: InstanceState): void {
  new StateSlot(entity, state);
}

/** The state of an entity, or undefined for any other object. */
export function findState(value: unknown): InstanceState | undefined {
  return typeof value === "object" && value !== null ? StateSlot.read(value) : undefined;
}
