// What a blank field is said to mean must be what Rust takes it to mean: its dated data file is the expected side.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import silences from './silences.json';

const file = readFileSync(join(process.cwd(), '../src-tauri/inference/data/workload_presets.toml'), 'utf8');

/** The value of a key in a piece of TOML, as text. */
function value(piece: string, key: string): string {
  const found = new RegExp(`^${key} = (?:\\{ value = )?"?([^",\\n}]+?)"?(?:[ ,}\\n]|$)`, 'm').exec(piece);
  if (!found?.[1]) throw new Error(`${key} is not in the data file`);
  return found[1];
}

test('the usual figures shown in blank fields are those of the data file', () => {
  const silent = value(file, 'silent');
  const preset = file.split('[[preset]]').find((piece) => value(piece.includes('key = ') ? piece : 'key = "-"\n', 'key') === silent);
  const defaults = file.split('[defaults]')[1] ?? '';
  expect(preset).toBeDefined();
  expect(silences).toEqual({
    tasksPerDay: value(preset ?? '', 'tasks_per_day'),
    cyclesPerTask: value(preset ?? '', 'cycles_per_task'),
    inputTokens: value(preset ?? '', 'input_tokens'),
    outputTokens: value(preset ?? '', 'output_tokens'),
    cacheShare: value(preset ?? '', 'cache_percent'),
    daysPerMonth: value(defaults, 'days_per_month'),
    growth: value(defaults, 'growth_percent'),
    spread: value(defaults, 'spread_percent'),
    personalShare: value(defaults, 'personal_percent'),
    wouldBuyPerMonth: value(defaults, 'would_buy_per_month'),
    optionValue: value(defaults, 'option_percent'),
    teamUse: value(defaults, 'team_percent'),
    revocationRisk: value(defaults, 'revocation_percent'),
    cloudModel: value(defaults, 'cloud_model'),
    share: value(defaults, 'local_share_percent'),
    machine: value(defaults, 'machine'),
    model: value(defaults, 'local_model'),
    quant: value(defaults, 'quant'),
    hoursPerDay: value(defaults, 'hours_per_day'),
    electricity: value(defaults, 'electricity'),
    resale: value(defaults, 'resale_percent'),
  });
});
