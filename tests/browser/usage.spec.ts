// What was really used: import, cancel, taking over the profile, undo, and deleting, by mouse and by keyboard alone.

import { expect, test } from '@playwright/test';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { make, open, overflow, troubles, violations } from './page';

const home = mkdtempSync(join(tmpdir(), 'counterweight-logs-'));
const small = join(home, 'small');
const large = join(home, 'large');

const answer = (id: string, at: string, output: number) =>
  `${JSON.stringify({
    type: 'assistant',
    sessionId: id.slice(0, 4),
    timestamp: at,
    message: {
      id,
      model: 'claude-opus-5-5',
      usage: { input_tokens: 1000, cache_read_input_tokens: 90_000, cache_creation_input_tokens: 9000, output_tokens: output },
    },
  })}\n`;

test.beforeAll(async ({ browser, baseURL }) => {
  for (const folder of [small, large]) mkdirSync(join(folder, 'projects', 'p'), { recursive: true });
  // Thirty days of October with eight answers each, and one line that is cut off.
  let text = '';
  for (let day = 1; day <= 30; day += 1)
    for (let n = 0; n < 8; n += 1)
      text += answer(`s${String(day).padStart(2, '0')}${n % 2}-${n}`, `2026-10-${String(day).padStart(2, '0')}T${String(9 + n).padStart(2, '0')}:00:00Z`, 400 + 90 * ((day * 7) % 11));
  writeFileSync(join(small, 'projects', 'p', 'a.jsonl'), `${text}{"type":"assist`);
  // Enough to be under way when the button is pressed.
  const much = Array.from({ length: 60_000 }, (_, n) => answer(`b${n}`, '2026-10-01T09:00:00Z', n)).join('');
  for (let n = 0; n < 12; n += 1) writeFileSync(join(large, 'projects', 'p', `${n}.jsonl`), much.replaceAll('"b', `"b${n}-`));
  const page = await browser.newPage({ baseURL });
  await page.request.post('/rpc', { data: { name: 'usage_forget', request: {} } });
  await make(page, 'sample');
  await page.close();
});

test('an import is cancelled, done, taken over, undone and deleted', async ({ page }) => {
  test.setTimeout(60_000);
  const heard = troubles(page);
  await open(page, '/#/tokens/measured');
  const tab = page.getByTestId('measured');
  await tab.getByLabel('Another folder or file').fill(large);
  await tab.getByTestId('import-start').click();
  await tab.getByTestId('import-cancel').click();
  await expect(tab.getByText('Cancelled. The history is as it was.')).toBeVisible();
  await expect(tab.getByTestId('measured-rows')).toHaveCount(0);

  await tab.getByLabel('Another folder or file').fill(small);
  await tab.getByTestId('import-start').click();
  await expect(tab.getByTestId('import-done')).toContainText('241 lines');
  // 240 answers of 1,000, 9,000 and 90,000 tokens sent.
  const all = tab.locator('[data-testid="measured-rows"] tr[data-row="total"]');
  await expect(all.locator('td[data-column="requests"]')).toHaveText('240');
  await expect(all.locator('td[data-column="cacheRead"]')).toHaveText('21.6M');

  await tab.getByTestId('measured-use').click();
  await expect(tab.getByText('This case works with the measured workload.')).toBeVisible();
  await page.getByTestId('tab-work').click();
  await expect(page.locator('#content')).toContainText('Measured');
  await page.getByTestId('tab-measured').click();
  await expect(tab.getByText('This case works with the measured workload.')).toBeVisible();
  await page.keyboard.press('Control+z');
  // One step back is the workload as it was, and one forward the measured one again.
  await expect(tab.getByTestId('measured-use')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(tab.getByText('This case works with the measured workload.')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(tab.getByTestId('measured-use')).toBeVisible();

  await tab.getByRole('button', { name: 'Delete this history' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await expect(all).toBeVisible();
  await tab.getByRole('button', { name: 'Delete this history' }).click();
  await page.getByRole('button', { name: 'Delete history', exact: true }).click();
  await expect(all).toHaveCount(0);
  expect(heard).toEqual([]);
});

/** Presses Tab until what has the focus is this. */
async function tabTo(page: import('@playwright/test').Page, found: import('@playwright/test').Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await found.evaluate((element) => element === document.activeElement || element.contains(document.activeElement), undefined, { timeout: 2000 }).catch(() => false)) return;
  }
  throw new Error('the keyboard does not reach it');
}

test('the whole tab by the keyboard alone', async ({ page }) => {
  test.setTimeout(60_000);
  await open(page, '/#/tokens/measured');
  const tab = page.getByTestId('measured');
  await tab.waitFor();
  await tabTo(page, tab.getByLabel('Another folder or file'));
  await page.keyboard.type(small);
  await tabTo(page, tab.getByLabel('Also keep the names of the folders worked in'));
  await tabTo(page, tab.getByTestId('import-start'));
  await page.keyboard.press('Enter');
  await expect(tab.getByTestId('import-done')).toBeVisible();
  await tabTo(page, tab.getByTestId('measured-by'));
  await tabTo(page, tab.getByTestId('chart-days'));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(tab.getByTestId('chart-reading')).not.toBeEmpty();
  await tabTo(page, tab.getByTestId('measured-use'));
  await page.keyboard.press('Enter');
  await expect(tab.getByText('This case works with the measured workload.')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(tab.getByTestId('measured-use')).toBeVisible();
  await tabTo(page, tab.getByRole('button', { name: 'Delete this history' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of [
    { width: 1280, height: 720 },
    { width: 1600, height: 1000 },
  ]) {
    test(`what was used by axe, ${colorScheme}, ${size.width}×${size.height}`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(page, '/#/tokens/measured');
      await page.getByTestId('measured-forecast-rows').waitFor();
      await page.waitForLoadState('networkidle');
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      const folder = process.env.COUNTERWEIGHT_SHOTS;
      if (folder) {
        await page.screenshot({ path: `${folder}/measured-${size.width}-${colorScheme}.png` });
        await page.getByTestId('measured-profile-rows').scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${folder}/measured-profile-${size.width}-${colorScheme}.png` });
        await page.getByTestId('measured-forecast-rows').scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${folder}/measured-end-${size.width}-${colorScheme}.png` });
      }
    });
  }
}
