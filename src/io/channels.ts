/**
 * What is told to whoever subscribes to Node's diagnostics channels. A trace follows the protocol of `TracingChannel`: `start`,
 * then, where the work is synchronous, `end`, and where it is not `end` at once and `asyncStart` and `asyncEnd` when it is done;
 * before that `error`, where it failed. Without subscribers nothing is made and nothing is measured.
 */
import { tracingChannel } from "node:diagnostics_channel";

/** What every message of a channel has once the work is done. */
export interface Traced {
  /** In milliseconds; undefined until the work is done. */
  duration: number | undefined;
  error: unknown;
}

interface Publisher<Message> {
  publish(message: Message): void;
}

/** What is called at each event of a channel. */
export type Subscribers<Message> = Readonly<
  Record<"start" | "end" | "asyncStart" | "asyncEnd" | "error", (message: Message) => void>
>;

/** A `TracingChannel`, in words that applications without Node's types understand. */
export interface Channel<Message extends Traced> {
  readonly hasSubscribers: boolean;
  readonly start: Publisher<Message>;
  readonly end: Publisher<Message>;
  readonly asyncStart: Publisher<Message>;
  readonly asyncEnd: Publisher<Message>;
  readonly error: Publisher<Message>;
  subscribe(subscribers: Subscribers<Message>): void;
  unsubscribe(subscribers: Subscribers<Message>): void;
}

/** The channel `sqlmodel:<name>`. */
export function channel<Message extends Traced>(name: string): Channel<Message> {
  // Whoever else publishes there is no business of this package.
  return tracingChannel(`sqlmodel:${name}`) as object as Channel<Message>;
}

/** Work that was announced and is under way. */
export class Trace<Message extends Traced> {
  readonly message: Message;
  readonly #channel: Channel<Message>;
  readonly #isSync: boolean;
  readonly #startedAt = performance.now();

  /** Announce it. @param isSync - It is done before anything else happens in this process. */
  constructor(to: Channel<Message>, message: Message, isSync: boolean) {
    this.message = message;
    this.#channel = to;
    this.#isSync = isSync;
    to.start.publish(message);
    if (!isSync) to.end.publish(message);
  }

  /** It is done. @param duration - In milliseconds, where that is not the time since it was announced. */
  end(duration: number = performance.now() - this.#startedAt): void {
    this.message.duration = duration;
    if (this.#isSync) {
      this.#channel.end.publish(this.message);
    } else {
      this.#channel.asyncStart.publish(this.message);
      this.#channel.asyncEnd.publish(this.message);
    }
  }

  /** It has failed. */
  fail(error: unknown, duration: number = performance.now() - this.#startedAt): void {
    this.message.error = error;
    this.message.duration = duration;
    this.#channel.error.publish(this.message);
    this.end(duration);
  }
}
