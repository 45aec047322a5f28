// The words of the tab "What I used" that do not come from Rust.

import { number } from '../format';

/** Bytes as people say them: `203 MB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${number(String(value), unit > 0 && value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}

const many = (n: number, one: string, more: string) => `${number(String(n))} ${n === 1 ? one : more}`;

export const usageText = {
  lead: 'AI agents leave logs on this machine, and some delete them after a month. From them this page reads counts, times and names of models into your library, and nothing that was said. Nothing leaves this machine.',
  import: {
    title: 'Import',
    choose: 'Choose what is read',
    places: 'Logs at their usual places',
    placesHead: 'Program',
    folder: 'Folder',
    files: 'Files',
    size: 'Size',
    none: 'No logs were found at their usual places. Name a folder or file below.',
    path: 'Another folder or file',
    pathHint: 'Read instead of the usual places: a folder of logs, or an export of a provider as CSV, JSON or ZIP.',
    projects: 'Also keep the names of the folders worked in',
    start: (bytes: number) => `Import ${size(bytes)}`,
    startPath: 'Import this',
    again: 'Import again',
    cancel: 'Cancel',
    reading: (done: number, all: number) => `Reading ${size(done)} of ${size(all)}`,
    keeping: 'Writing to the library',
    cancelled: 'Cancelled. The history is as it was.',
    label: 'Progress of the import',
    done: (added: number, updated: number, kept: number) =>
      added + updated === 0
        ? 'Nothing new: the history has all of it already.'
        : `${many(added, 'row', 'rows')} added, ${number(String(updated))} updated, ${number(String(kept))} as they were.`,
    read: (files: number, lines: number, bytes: number) =>
      `${many(files, 'file', 'files')}, ${many(lines, 'line', 'lines')}, ${size(bytes)} read.`,
    grade: {
      full: 'Complete: nothing is known to be missing.',
      partial: 'Partly complete: what was read is right, but something is missing or assumed.',
      low: 'Too low: the totals miss an unknown amount.',
    } as Readonly<Record<string, string>>,
    refused: (n: number) => `${many(n, 'thing was', 'things were')} not read`,
    at: (line: number, lines: number) => (lines === 1 ? `, line ${number(String(line))}` : `, ${many(lines, 'line', 'lines')} from line ${number(String(line))}`),
    more: (n: number) => `And ${number(String(n))} more.`,
    last: (when: string) => `Last import that brought something new: ${when}.`,
  },
  history: {
    title: 'By time and model',
    by: 'Grouped by',
    byBefore: 'by',
    choices: { day: 'day', month: 'month', model: 'model', project: 'project' },
    heads: { day: 'Day', month: 'Month', model: 'Model', project: 'Project' },
    chart: 'Tokens by day',
    caption: 'Tokens and their cost at the list price of their own day',
    requests: 'Requests',
    input: 'New input',
    cacheWrite: 'Cache write',
    cacheRead: 'Cache read',
    output: 'Output',
    cost: 'List cost',
    unpriced: 'Unpriced',
    total: 'All',
    zone: (zone: string) => `Days of the zone ${zone}.`,
    unpricedModel: (tokens: string, model: string, reason: string) => `Unpriced: ${tokens} tokens of ${model || 'a model without a name'}: ${reason}.`,
  },
  profile: {
    title: 'Your profile',
    days: (active: number, calendar: number, from: string, to: string) =>
      `${many(active, 'active day', 'active days')} of ${number(String(calendar))}, ${from} to ${to}.`,
    caption: 'What was measured beside the presets',
    head: 'On an active day',
    measured: 'Measured',
    rows: {
      tokensPerDay: 'Tokens',
      tasksPerDay: 'Tasks (sessions)',
      cyclesPerTask: 'Calls in a task',
      inputTokens: 'Tokens sent in a call',
      outputTokens: 'Tokens received in a call',
      cacheShare: 'Sent and read from cache',
      cacheWriteShare: 'Sent and written to cache',
      daysPerMonth: 'Days in a month',
      spread: 'Spread of a month',
      tokensPerMonth: 'Tokens in a month',
    } as Readonly<Record<string, string>>,
    quantileCaption: 'How far days and prompts lie apart',
    quantileHead: 'Tokens',
    quantiles: ['1 in 10 below', '1 in 4 below', 'Half below', '3 in 4 below', '9 in 10 below', '99 in 100 below'],
    quantileRows: { day: 'Active day', fit: 'Fitted lognormal', prompt: 'Prompt' } as Readonly<Record<string, string>>,
    use: 'Use this as the case’s workload',
    used: 'This case works with the measured workload.',
    edit: 'Measured workload',
    noCase: 'Open a case to use this as its workload.',
  },
  forecast: {
    title: 'How long each budget lasts at this use',
    caption: 'Budgets of the offers at the measured use',
    head: 'Offer',
    cost: 'A month costs',
    claimed: 'Granted',
    runsOut: 'Runs out in',
    early: 'Early',
    middle: 'Middle',
    late: 'Late',
    pocket: 'Own money',
    unused: 'Unused',
    note: 'Of a hundred futures, those in which it runs out before a period ends. Early, middle and late: of these, a tenth first run out by the early month, half by the middle one, nine tenths by the late one.',
    none: 'No offer of this case has a token budget.',
  },
  forget: {
    action: 'Delete this history',
    title: 'Delete the history of your use?',
    body: 'All imported counts are deleted from the library for good; undo does not bring them back. Logs that their programs have deleted cannot be imported again. Backups made before keep theirs.',
    confirm: 'Delete history',
    keep: 'Keep it',
  },
} as const;
