// The page in a browser, served by the loopback host of the tests.

import { asCommandError, type Platform } from './types';

export const web: Platform = {
  async call(name, request) {
    let answer: unknown;
    let done: boolean;
    try {
      const response = await fetch('/rpc', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, request }),
      });
      done = response.ok;
      answer = await response.json();
    } catch (failure) {
      throw asCommandError(failure);
    }
    if (!done) throw asCommandError(answer);
    return answer as never;
  },
  async painted() {},
};
