import { describe, expect, it, vi } from 'vitest';
import { CommandError } from '../platform';
import { resource } from './resource.svelte';

/** A fetch whose answers are given by hand, in any order. */
function held() {
  const calls: { request: number; answer: (value: string) => void; fail: (reason: unknown) => void }[] = [];
  const fetch = (request: number) =>
    new Promise<string>((answer, fail) => {
      calls.push({ request, answer, fail });
    });
  return { calls, fetch };
}
const turn = () => new Promise((done) => setTimeout(done));

describe('resource', () => {
  it('stops what has taken long when a newer request comes, and then asks the newest', async () => {
    const { calls, fetch } = held();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const stop = vi.fn(() => {
      calls[0]?.fail(new CommandError({ code: 'overtaken', message: 'overtaken', field: null, hint: null }));
      return Promise.resolve();
    });
    const shown = resource(fetch, stop);
    shown.load(1);
    await turn();
    shown.load(2);
    expect(stop).not.toHaveBeenCalled();
    clock.mockReturnValue(1_000);
    shown.load(3);
    expect(stop).toHaveBeenCalledTimes(1);
    await turn();
    expect(calls.map((call) => call.request)).toEqual([1, 3]);
    expect(shown.error).toBeUndefined();
    calls[1]?.answer('three');
    await shown.settled();
    expect(shown.value).toBe('three');
    clock.mockRestore();
  });

  it('has one request in flight and skips to the newest', async () => {
    const { calls, fetch } = held();
    const shown = resource(fetch);
    for (let i = 1; i <= 60; i++) shown.load(i);
    await turn();
    expect(calls.map((call) => call.request)).toEqual([1]);
    calls[0]?.answer('one');
    await turn();
    // The answer to the first is shown at once, though it is not the newest: a drag repaints with it.
    expect(shown.value).toBe('one');
    expect(shown.stale).toBe(true);
    expect(calls.map((call) => call.request)).toEqual([1, 60]);
    shown.load(61);
    shown.load(62);
    calls[1]?.answer('sixty');
    await turn();
    calls[2]?.answer('sixty-two');
    await shown.settled();
    expect(calls.map((call) => call.request)).toEqual([1, 60, 62]);
    expect(shown.value).toBe('sixty-two');
    expect(shown.answered).toBe(62);
    expect(shown.stale).toBe(false);
    expect(shown.loading).toBe(false);
  });

  it('keeps the old value while a new one is on its way, and after it failed', async () => {
    const { calls, fetch } = held();
    const shown = resource(fetch);
    shown.load(1);
    await turn();
    calls[0]?.answer('one');
    await shown.settled();
    shown.refetch();
    await turn();
    expect(shown.value).toBe('one');
    expect(shown.loading).toBe(true);
    calls[1]?.fail({ code: 'notSaved', message: 'The disk is full.', field: null, hint: 'Make room.' });
    await shown.settled();
    expect(shown.value).toBe('one');
    expect(shown.error).toBeInstanceOf(CommandError);
    expect(shown.error?.message).toBe('The disk is full.');
    expect(shown.error?.code).toBe('notSaved');
    shown.load(2);
    await turn();
    calls[2]?.answer('two');
    await shown.settled();
    expect(shown.error).toBeUndefined();
    expect(shown.value).toBe('two');
  });

  it('does not report the failure of a request that was overtaken', async () => {
    const { calls, fetch } = held();
    const shown = resource(fetch);
    shown.load(1);
    await turn();
    shown.load(2);
    calls[0]?.fail(new Error('gone'));
    await turn();
    expect(shown.error).toBeUndefined();
    calls[1]?.answer('two');
    await shown.settled();
    expect(shown.value).toBe('two');
  });

  it('goes on after a fetch that throws at once', async () => {
    let broken = true;
    const shown = resource(async (n: number) => n);
    const breaking = resource((n: number): Promise<number> => {
      if (broken) throw new Error('broken');
      return Promise.resolve(n);
    });
    breaking.load(1);
    await breaking.settled();
    expect(breaking.error?.code).toBe('internal');
    broken = false;
    breaking.load(2);
    await breaking.settled();
    expect(breaking.value).toBe(2);
    shown.load(3);
    await shown.settled();
    expect(shown.value).toBe(3);
  });

  it('says that it is slow only after half a second', async () => {
    vi.useFakeTimers();
    const { fetch } = held();
    const shown = resource(fetch);
    shown.load(1);
    await vi.advanceTimersByTimeAsync(499);
    expect(shown.slow).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(shown.slow).toBe(true);
    vi.useRealTimers();
  });
});
