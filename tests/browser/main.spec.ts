// The main job through the page, by keyboard, over the same command table as the window.

import { expect, test } from '@playwright/test';
import { make, open, saved, troubles, visit } from './page';

test.describe.configure({ mode: 'serial' });

test('two offers are entered by keyboard alone and compared', async ({ page }) => {
  const heard = troubles(page);
  await open(page);
  await page.getByTestId('door-twoOffers').waitFor();
  await page.keyboard.press('1');
  await expect(page.locator('[name="offers/0/company"]')).toBeFocused();
  await page.keyboard.type('Acme');
  while (!(await page.locator('[name="offers/0/base"]').evaluate((field) => field === document.activeElement))) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('180k');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[name="offers/1/company"]')).toBeFocused();
  await page.keyboard.type('Globex');
  while (!(await page.locator('[name="offers/1/base"]').evaluate((field) => field === document.activeElement))) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('195,000');
  await saved(page);
  await page.keyboard.press('Control+Enter');
  // By hand: (195,000 − 180,000) × 4 years; nothing in it is uncertain.
  await expect(page.getByTestId('headline')).toContainText('Globex');
  await expect(page.getByTestId('headline')).toContainText('$60,000');
  await expect(page.getByTestId('headline')).toContainText('100 of 100');
  expect(heard).toEqual([]);
});

test('everything is there after the page is loaded again', async ({ page }) => {
  await open(page);
  await visit(page, 'offers');
  await expect(page.locator('[name="offers/0/company"]')).toHaveValue('Acme');
  await expect(page.locator('[name="offers/0/base"]')).toHaveValue('180k');
});

test('a mistake is said beside its field, the text stays, and the rest computes', async ({ page }) => {
  await open(page);
  await visit(page, 'offers');
  const base = page.locator('[name="offers/0/base"]');
  await base.fill('-5');
  await base.press('Tab');
  await saved(page);
  await expect(base).toHaveValue('-5');
  await expect(base).toHaveAttribute('aria-invalid', 'true');
  const described = await base.getAttribute('aria-describedby');
  const words = await Promise.all((described ?? '').split(' ').map((id) => page.locator(`[id="${id}"]`).innerText()));
  expect(words.join(' ')).toMatch(/below zero/);
  await visit(page, 'compare');
  await expect(page.getByText(/Left out/).first()).toBeVisible();
});

test('undo takes the mistake back, by name', async ({ page }) => {
  await open(page);
  await visit(page, 'compare');
  await page.keyboard.press('Control+z');
  await visit(page, 'offers');
  await expect(page.locator('[name="offers/0/base"]')).toHaveValue('180k');
});

test('a slider moves the answer, with the same draws', async ({ page }) => {
  await make(page, 'sample');
  await open(page);
  await visit(page, 'compare');
  const headline = page.getByTestId('headline');
  await expect(headline).toContainText('Fjord');
  const before = await headline.innerText();
  const slider = page.getByTestId('slider-shareGrowth').locator('input[type="range"]').or(page.locator('input[type="range"][data-testid="slider-shareGrowth"]')).first();
  await slider.focus();
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
  await expect(headline).not.toHaveText(before);
  await saved(page);
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft');
  await expect(headline).toHaveText(before);
});

test('a chart is read by arrow keys and shown as a table', async ({ page }) => {
  await open(page);
  await visit(page, 'compare');
  const chart = page.getByRole('application').or(page.locator('[aria-roledescription="chart"]')).first();
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[aria-live]').filter({ hasText: /Year \d/ }).first()).toBeAttached();
  await page.getByRole('button', { name: 'Show as table' }).first().click();
  await expect(page.getByRole('table').first()).toContainText('Northwind');
});

test('every figure of the comparison can be taken apart', async ({ page }) => {
  await open(page);
  await visit(page, 'compare');
  await page.getByRole('button', { name: /Fjord.*Equity|Equity.*Fjord/ }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('$320,000');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('what it would take is shown, or that it cannot be reached', async ({ page }) => {
  await open(page);
  await visit(page, 'negotiate');
  await expect(page.getByTestId('asks')).toContainText('Base pay');
  await expect(page.getByTestId('asks')).toContainText('not reachable');
  await expect(page.getByTestId('questions')).toContainText('token budget');
});

test('the worked examples pass in the app', async ({ page }) => {
  await open(page);
  await visit(page, 'sources');
  await expect(page.getByTestId('checks').getByText('pass').first()).toBeVisible();
  await expect(page.locator('#content')).toContainText(/All \d+ worked examples agree/);
});
