// The history of use and the import under way. Kept while another place is looked at: an import goes on.

import type { Case, UsageBy, UsageForecast, UsageHistory, UsageJob, UsagePlaces } from '../../bindings';
import { asCommandError, call, type CommandError } from '../../platform';
import { resource } from '../../state/resource.svelte';

/** Between two looks at an import, ms. */
const LOOK = 100;

export const places = resource(() => call('usage_places', {}));
export const history = resource((request: { by: UsageBy; width: number; height: number; theme: 'light' | 'dark' }) =>
  call('usage_history', { by: request.by, canvas: { width: request.width, height: request.height, theme: request.theme } }),
);
export const forecast = resource((request: { case: Case; at: number }) => call('usage_forecast', { case: request.case }));
export type { UsageForecast, UsageHistory, UsagePlaces };

let job = $state.raw<UsageJob>();
let failure = $state.raw<CommandError>();
let changes = $state(0);
let timer: ReturnType<typeof setTimeout> | undefined;

export const importing = {
  get job(): UsageJob | undefined {
    return job;
  },
  get failure(): CommandError | undefined {
    return failure;
  },
  get busy(): boolean {
    return job?.step === 'reading' || job?.step === 'keeping';
  },
  /** Grows whenever the history has changed. */
  get changes(): number {
    return changes;
  },
};

async function told(ask: () => Promise<UsageJob>): Promise<void> {
  try {
    const before = job?.step;
    job = await ask();
    failure = undefined;
    if (job.step === 'done' && before !== 'done') changes += 1;
  } catch (error) {
    failure = asCommandError(error);
  }
}

function follow(): void {
  clearTimeout(timer);
  if (!importing.busy) return;
  timer = setTimeout(() => void told(() => call('usage_import_state', {})).then(follow), LOOK);
}

/** Asks what an import that was begun before has come to. */
export async function look(): Promise<void> {
  await told(() => call('usage_import_state', {}));
  follow();
}

export async function start(paths: string[], projects: boolean): Promise<void> {
  job = undefined;
  await told(() => call('usage_import', { paths, clients: [], projects }));
  follow();
}

export async function cancel(): Promise<void> {
  clearTimeout(timer);
  await told(() => call('usage_import_cancel', {}));
}

export async function forget(): Promise<void> {
  await told(() => call('usage_forget', {}));
  changes += 1;
}
