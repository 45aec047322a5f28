// The page as a person uses it: locators and steps. Specs hold the assertions.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

export const VIEWS = ['compare', 'offers', 'tokens', 'machines', 'negotiate', 'sources'] as const;

/** Opens the app and waits until its first view stands. */
export async function open(page: Page, path = '/'): Promise<void> {
  await page.goto(path);
  await page.locator('main, [data-testid="door-sample"]').first().waitFor();
}

/** Goes to a view by the rail. */
export async function visit(page: Page, view: (typeof VIEWS)[number]): Promise<void> {
  await page.getByTestId(`nav-${view}`).click();
  await page.locator('#content').waitFor();
}

/** Makes a case through the same door as the page. */
export async function make(page: Page, template: 'sample' | 'twoOffers' | 'machine'): Promise<void> {
  const answer = await page.request.post('/rpc', { data: { name: 'case_create', request: { template } } });
  if (!answer.ok()) throw new Error(await answer.text());
}

/** What axe finds wrong, by the widest set of rules; its own doubts are not counted. */
export async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join(', ')})`);
}

/** Everything that the page's policy blocked, and every error in its console, from now on. */
export function troubles(page: Page): string[] {
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text());
  });
  return heard;
}

/** Waits until what was typed is on disk. */
export async function saved(page: Page): Promise<void> {
  await page.getByTestId('saved-state').filter({ hasText: /^Saved$/ }).waitFor();
}

/** The width by which the page's content runs out of the window, px. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
