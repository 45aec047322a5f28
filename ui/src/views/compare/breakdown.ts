// An explanation as a person reads it: lines that repeat are one line, and lines that stand for the same input are
// together.

import type { Case, Explanation, Line } from '../../bindings';
import { date, money } from '../../format';
import { text } from '../../text/compare';
import { difference, same, sum } from './decimal';

/** Lines in a row that differ in their date, and by no more than a cent in their amount. */
export interface Run {
  first: Line;
  last: Line;
  times: number;
  amount: string;
  /** All have the same amount, to the cent. */
  exactly: boolean;
}

/** A year of an input. */
export interface YearOf {
  year: number;
  amount: string;
  runs: Run[];
}

/** All that one input made. */
export interface Group {
  path: string;
  component: Line['component'];
  tier: Line['tier'];
  amount: string;
  /** How many lines it has. */
  lines: number;
  /** In order of date, when they are few. */
  runs: Run[];
  /** By year, when they are many. */
  years: YearOf[];
}

/** More runs than this are shown by year. */
const FEW = 6;

/** The year of a line, from 1: month 12 still belongs to the first. */
const yearOf = (line: Line) => Math.max(1, Math.ceil(line.month / 12));

/** A yearly amount in twelve parts does not come out even: its months differ by a cent. */
function within(a: string, b: string): boolean {
  return /^-?0(\.0(0*|10*))?$/.test(difference(a, b));
}

function runsOf(lines: readonly Line[]): Run[] {
  const runs: Run[] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && run.first.how === line.how && within(run.first.amount, line.amount)) {
      run.exactly &&= same(run.first.amount, line.amount);
      run.last = line;
      run.times += 1;
      run.amount = sum([run.amount, line.amount]);
    } else {
      runs.push({ first: line, last: line, times: 1, amount: line.amount, exactly: true });
    }
  }
  return runs;
}

/** The lines of an explanation, by the input that made them. */
export function groupsOf(explanation: Explanation): Group[] {
  const byInput = new Map<string, Line[]>();
  for (const line of explanation.lines) {
    const key = `${line.component} ${line.path}`;
    const lines = byInput.get(key);
    if (lines) lines.push(line);
    else byInput.set(key, [line]);
  }
  return [...byInput.values()].flatMap((lines) => {
    const first = lines[0];
    if (!first) return [];
    const runs = runsOf(lines);
    const byYear = new Map<number, Line[]>();
    if (runs.length > FEW) for (const line of lines) byYear.set(yearOf(line), [...(byYear.get(yearOf(line)) ?? []), line]);
    return {
      path: first.path,
      component: first.component,
      tier: first.tier,
      amount: sum(lines.map((line) => line.amount)),
      lines: lines.length,
      runs: runs.length > FEW ? [] : runs,
      years: [...byYear].map(([year, of]) => ({ year, amount: sum(of.map((line) => line.amount)), runs: runsOf(of) })),
    };
  });
}

/** When a run falls: a day, or from one to another. */
export function when(run: Run): string {
  const from = date(run.first.date);
  return run.times === 1 ? from : text.why.span(from, date(run.last.date));
}

/** The name of an input, from its path: `offers/1/base` is `Northwind, base pay`. */
export function inputName(path: string, open: Case): string {
  const [head, index, ...rest] = path.split('/');
  const offer = head === 'offers' ? open.offers[Number(index)] : undefined;
  if (!offer) return text.whatIf.labels[path] ?? plain(path.split('/').slice(-1));
  const name = offer.company.trim() || (offer.kind === 'currentJob' ? text.currentJob : text.offer(Number(index) + 1));
  const known = text.why.inputs[rest.join('/')];
  if (known) return text.why.input(name, known);
  const nth = Number(rest[1]);
  if (rest[0] === 'grants' && Number.isInteger(nth)) return text.why.input(name, offer.grants[nth]?.label.trim() || text.why.grant(nth + 1));
  if (rest[0] === 'benefits' && Number.isInteger(nth)) return text.why.input(name, offer.benefits[nth]?.label.trim() || text.why.benefit(nth + 1));
  return text.why.input(name, plain(rest));
}

/** `['tokenBudget', 'rolloverCap']` is `token budget, rollover cap`. */
function plain(steps: readonly string[]): string {
  return steps
    .map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()))
    .join(', ');
}

/** The whole explanation as text with tabs, for the clipboard. */
export function asText(explanation: Explanation, open: Case): string {
  const amount = (value: string) => money(value, explanation.currency, { exact: true });
  const rows = explanation.lines.map((line) =>
    [date(line.date), amount(line.amount), text.component[line.component], text.tier[line.tier], line.how, inputName(line.path, open)].join('\t'),
  );
  const rests = explanation.restsOn.map((on) => [on.label, on.value, on.source].join('\t'));
  return [`${explanation.title}\t${amount(explanation.total)}`, '', text.why.lines, ...rows, '', text.why.rests, ...rests, ''].join('\n');
}
