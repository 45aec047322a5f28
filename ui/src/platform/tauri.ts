// The page in its own window: commands go through the one `rpc` command of the shell.

import { invoke } from '@tauri-apps/api/core';
import { asCommandError, type Platform } from './types';

export const tauri: Platform = {
  async call(name, request) {
    try {
      return await invoke('rpc', { name, request });
    } catch (failure) {
      throw asCommandError(failure);
    }
  },
  async painted() {
    // Not a command of the table: the shell itself answers it, by showing the window.
    await invoke('rpc', { name: 'window_painted', request: null });
  },
};
