// Every view by axe, in light and dark, in both sizes, and without sideways scrolling.

import { expect, test } from '@playwright/test';
import { VIEWS, make, open, overflow, troubles, violations, visit } from './page';

test.beforeAll(async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL });
  await make(page, 'sample');
  await page.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of [
    { width: 1280, height: 720 },
    { width: 1600, height: 1000 },
  ]) {
    test(`views, ${colorScheme}, ${size.width}×${size.height}`, async ({ page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const heard = troubles(page);
      await open(page);
      for (const view of VIEWS) {
        await visit(page, view);
        await page.waitForLoadState('networkidle');
        expect(await violations(page), view).toEqual([]);
        expect(await overflow(page), view).toBeLessThanOrEqual(0);
        const folder = process.env.COUNTERWEIGHT_SHOTS;
        if (folder) await page.screenshot({ path: `${folder}/${view}-${size.width}-${colorScheme}.png` });
      }
      expect(heard).toEqual([]);
    });
  }
}
