/** Events of a session: functions to call at fixed points of its work. They are synchronous and may change entities. */
import type { InstanceState } from "../model/instance-state.ts";

export interface SessionEvents {
  /** Before changes are collected; entities may be changed, added and deleted. */
  beforeFlush: () => void;
  /** After all statements of a flush. */
  afterFlush: () => void;
  beforeCommit: () => void;
  afterCommit: () => void;
  afterRollback: () => void;
  /** An entity was made from a row. */
  load: (entity: object) => void;
  beforeInsert: (entity: object) => void;
  afterInsert: (entity: object) => void;
  beforeUpdate: (entity: object) => void;
  afterUpdate: (entity: object) => void;
  beforeDelete: (entity: object) => void;
  afterDelete: (entity: object) => void;
}

export type SessionEvent = keyof SessionEvents;

export class EventHub {
  readonly #listeners = new Map<SessionEvent, Set<(entity: object) => void>>();

  /** Call `listener` at every `event`; returns a function that stops it. */
  on<E extends SessionEvent>(event: E, listener: SessionEvents[E]): () => void {
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()));
    const known = listeners;
    known.add(listener);
    return () => {
      known.delete(listener);
    };
  }

  /** True where there is any listener. */
  get isHeard(): boolean {
    for (const listeners of this.#listeners.values()) if (listeners.size > 0) return true;
    return false;
  }

  /** True where somebody listens, so that hot loops can skip the rest. */
  has(event: SessionEvent): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  emit(event: SessionEvent, entity?: object): void {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (const listener of listeners) listener(entity as object);
  }

  /** Tell of each entity that a flush is about to write, or has written. */
  emitPlan(when: "before" | "after", plan: WrittenEntities): void {
    for (const [name, states] of [
      ["Insert", plan.inserts],
      ["Update", plan.updates.keys()],
      ["Delete", plan.deletes],
    ] as const) {
      const event = `${when}${name}` as const;
      if (this.has(event)) for (const state of states) this.emit(event, state.entity);
    }
  }
}

/** The part of a flush's plan that has events. */
interface WrittenEntities {
  readonly inserts: Iterable<InstanceState>;
  readonly updates: ReadonlyMap<InstanceState, unknown>;
  readonly deletes: Iterable<InstanceState>;
}
