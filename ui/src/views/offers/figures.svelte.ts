// What the form shows beside its fields, live: the worth of the offers, their open questions, and what is wrong.

import { SvelteSet } from 'svelte/reactivity';
import type { Case, CompareRequest, CompareResponse, Finding, NegotiateRequest, Offer, Question } from '../../bindings';
import { call } from '../../platform';
import { library } from '../../state/library.svelte';
import { resource, type Resource } from '../../state/resource.svelte';
import { hasFigures } from './parts';
import { offerOf } from './paths';

export interface Figures {
  readonly compare: Resource<CompareRequest, CompareResponse>;
  /** What the letter of the offer does not say. */
  readonly questions: readonly Question[];
  /** Those of the case as saved, and those that only show when it is computed, such as a missing rate. */
  readonly findings: readonly Finding[];
  /** A field was left. */
  left(path: string): void;
}

// A planned value does not hang on sampled futures, so as few are sampled as may be.
const quick = (of: Case): Case => ({ ...of, assumptions: { ...of.assumptions, paths: '100' } });

/** Follows the open case and the offer that is shown. Call it while the component is being made. */
export function figures(open: () => Case | undefined, shown: () => Offer | undefined): Figures {
  const compare = resource((request: CompareRequest) => call('compare', request));
  const negotiate = resource((request: NegotiateRequest) => call('negotiate', request));
  $effect(() => {
    const now = open();
    if (now) compare.load({ case: quick(now), chart: 'totalValue', canvas: { width: 240, height: 120, theme: 'light' } });
  });
  $effect(() => {
    const now = open();
    const offer = shown();
    if (now && offer) negotiate.load({ case: quick(now), offer: offer.id });
  });
  const questions = $derived(
    negotiate.value?.negotiation.offer === shown()?.id ? (negotiate.value?.negotiation.questions ?? []) : [],
  );

  const left = new SvelteSet<string>();
  const findings = $derived.by((): Finding[] => {
    const seen = new Set<string>();
    return [...library.findings, ...(compare.value?.comparison.findings ?? [])].filter((finding) => {
      const key = `${finding.path} ${finding.id}`;
      if (seen.has(key)) return false;
      seen.add(key);
      // Nobody is told that a field is empty before they have been to it.
      const at = open()?.offers[offerOf(finding.path) ?? -1];
      return finding.id !== 'base.blank' || left.has(finding.path) || (at !== undefined && hasFigures(at));
    });
  });

  return {
    compare,
    get questions() {
      return questions;
    },
    get findings() {
      return findings;
    },
    left: (path) => void left.add(path),
  };
}
