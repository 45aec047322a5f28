// What is wrong, missing or worth watching, looked up by the path of a field.

import { getContext, setContext } from 'svelte';
import type { Finding } from '../bindings';

const KEY = Symbol('findings');

/** Gives the fields below this component their findings. Call it while the component is being made. */
export function provideFindings(findings: () => readonly Finding[]): void {
  setContext(KEY, findings);
}

/** The findings of the nearest provider; none without one. Call it while the component is being made. */
export function useFindings(): () => readonly Finding[] {
  return getContext<(() => readonly Finding[]) | undefined>(KEY) ?? (() => []);
}

/** The finding that matters most at exactly this path. */
export function findingAt(findings: readonly Finding[], path: string): Finding | undefined {
  const rank = { error: 0, warning: 1, note: 2 } as const;
  return findings
    .filter((finding) => finding.path === path)
    .sort((a, b) => rank[a.severity] - rank[b.severity])[0];
}

/** The id of the control of a path; ids must not hold slashes in style sheets, and paths do. */
export function fieldId(path: string): string {
  return `field-${path.replace(/[^A-Za-z0-9_-]+/g, '-')}`;
}

/** Puts the cursor into the field of a path, or of the nearest thing around it. False when there is none. */
export function focusField(path: string): boolean {
  for (let steps = path.split('/'); steps.length > 0; steps = steps.slice(0, -1)) {
    const found = document.getElementById(fieldId(steps.join('/')));
    const target = found?.matches('input, select, textarea, button, a[href], [tabindex]')
      ? found
      : found?.querySelector<HTMLElement>('input, select, textarea, button, a[href], [tabindex]');
    if (target instanceof HTMLElement) {
      target.focus();
      target.scrollIntoView?.({ block: 'center' });
      return true;
    }
  }
  return false;
}
