// The figures of one machine taken apart, asked for when somebody wants to know why.

import type { MachineWhyRequest, TokenWhy } from '../../bindings';
import { call } from '../../platform';
import { library } from '../../state/library.svelte';
import { resource } from '../../state/resource.svelte';

const found = resource((request: MachineWhyRequest) => call('machine_why', request));

/** Asks for the figures of a machine; `model` is null for the plan's. */
export function takeApart(machine: string, devices: number, model: string | null): void {
  if (library.case) found.load({ case: library.case, machine, devices, model });
}

/** Why a figure of the machine asked about last is what it is; nothing before the answer is there. */
export function taken(figure: string): TokenWhy | undefined {
  if (found.loading) return undefined;
  return found.value?.why.find(({ key }) => key === figure || key === 'all');
}
