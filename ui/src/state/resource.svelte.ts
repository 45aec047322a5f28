// One way to hold what Rust answered: the value, whether it is still true, and what went wrong.

import { asCommandError, type CommandError } from '../platform';

export interface Resource<A, T> {
  /** The last answer; it stays while a newer one is on its way and after one failed. */
  readonly value: T | undefined;
  /** The request that `value` answers. */
  readonly answered: A | undefined;
  /** Why the last request failed; nothing after one that did not. */
  readonly error: CommandError | undefined;
  /** A request is in flight. */
  readonly loading: boolean;
  /** `value` answers an older request than the newest one. */
  readonly stale: boolean;
  /** Loading has taken so long that a person wants to be told. */
  readonly slow: boolean;
  /** Asks. While one request is in flight only the newest of the others is kept, and asked after it. */
  load(request: A): void;
  /** Asks the newest request again; nothing when nothing was asked yet. */
  refetch(): void;
  /** Puts a value in place that came another way, such as the answer to a save. */
  set(value: T): void;
  /** Resolves when nothing is in flight and nothing waits. */
  settled(): Promise<void>;
}

/** After this long without an answer `slow` is set, ms. */
export const SLOW_AFTER = 500;

/** A request that has taken this long is stopped when a newer one comes, ms. A shorter one is let end: a drag repaints with it. */
export const STOP_AFTER = 150;

/**
 * A resource over `fetch`. At most one request is in flight; the newest request always wins. `stop` ends the one in
 * flight early, which then fails.
 */
export function resource<A, T>(fetch: (request: A) => Promise<T>, stop?: () => Promise<unknown>): Resource<A, T> {
  let value = $state.raw<T>();
  let answered = $state.raw<A>();
  let error = $state.raw<CommandError>();
  let loading = $state(false);
  let stale = $state(false);
  let slow = $state(false);
  let newest: { request: A } | undefined;
  let waiting: { request: A } | undefined;
  let busy: Promise<void> | undefined;
  let began = 0;

  async function run(): Promise<void> {
    loading = true;
    const timer = setTimeout(() => (slow = true), SLOW_AFTER);
    while (waiting) {
      const { request } = waiting;
      waiting = undefined;
      began = performance.now();
      try {
        // Through `then`, so that a fetch that throws at once is a rejection like any other.
        const answer = await Promise.resolve(request).then(fetch);
        // An answer that is already overtaken is still newer than what is shown: a drag repaints with it.
        value = answer;
        answered = request;
        error = undefined;
        if (!waiting) stale = false;
      } catch (failure) {
        // A failure that is already overtaken says nothing about the newest request.
        if (!waiting) error = asCommandError(failure);
      }
    }
    clearTimeout(timer);
    loading = false;
    slow = false;
    busy = undefined;
  }

  return {
    get value() {
      return value;
    },
    get answered() {
      return answered;
    },
    get error() {
      return error;
    },
    get loading() {
      return loading;
    },
    get stale() {
      return stale;
    },
    get slow() {
      return slow;
    },
    load(request) {
      newest = { request };
      waiting = newest;
      stale = true;
      if (busy && stop && performance.now() - began > STOP_AFTER) void stop().catch(() => undefined);
      busy ??= run();
    },
    refetch() {
      if (newest) this.load(newest.request);
    },
    set(next) {
      value = next;
      error = undefined;
      stale = waiting !== undefined;
    },
    settled() {
      return busy ?? Promise.resolve();
    },
  };
}
