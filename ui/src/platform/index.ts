// The program around the page. Views call `call`; nothing else in the page knows which host answers.

import { isTauri } from '@tauri-apps/api/core';
import { tauri } from './tauri';
import type { CommandName, Platform, Request, Response } from './types';
import { web } from './web';

export { CommandError, asCommandError } from './types';
export type { CommandName, Commands, ErrorBody, Platform, Request, Response } from './types';

let platform: Platform = isTauri() ? tauri : web;

/** Puts another host behind the page; for component tests. */
export function usePlatform(other: Platform): void {
  platform = other;
}

/** Does one command. Rejects with a `CommandError`. */
export function call<K extends CommandName>(name: K, request: Request<K>): Promise<Response<K>> {
  return platform.call(name, request);
}

/** Says that the first view stands. */
export function painted(): Promise<void> {
  return platform.painted();
}
