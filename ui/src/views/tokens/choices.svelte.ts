// Profiles of work and stated paths of prices. They do not change while the app runs.

import { untrack } from 'svelte';
import type { ClassOfWork, TokenChoices } from '../../bindings';
import { call } from '../../platform';
import { resource } from '../../state/resource.svelte';

const found = resource((_: null) => call('token_choices', {}));

export const choices = {
  /** The lists; nothing before the first answer. */
  get value(): TokenChoices | undefined {
    return found.value;
  },
  /** Asks for them unless they are there or on their way. Call it in an effect, once for each place. */
  ask(): void {
    untrack(() => {
      if (!found.value && !found.loading) found.load(null);
    });
  },
};

/** A class in which nothing is entered. */
export const blankClass = (): ClassOfWork => ({
  label: '',
  kind: 'notSaid',
  tasksPerDay: '',
  cyclesPerTask: '',
  callsPerCycle: '',
  promptTokens: '',
  cacheReadShare: '',
  cacheWriteShare: '',
  outputTokens: '',
  easyShare: '',
  retryTax: '',
  concurrency: '',
  hoursPerDay: '',
  daysPerMonth: '',
  growth: '',
  elasticity: '',
  efficiency: '',
  spread: '',
});

/** The class at a place, made with those before it when it is not there yet. */
export function classAt(classes: ClassOfWork[], place: number): ClassOfWork {
  while (classes.length <= place) classes.push(blankClass());
  return classes[place] as ClassOfWork;
}
