import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, devices } from '@playwright/test';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = process.env.COUNTERWEIGHT_WEBHOST_PORT ?? '4199';
const address = `http://127.0.0.1:${port}`;

// A library of its own, so that no test ever opens a person's. Set once: the workers inherit it.
process.env.COUNTERWEIGHT_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'counterweight-browser-'));

const browser =
  process.env.COUNTERWEIGHT_BROWSER ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export default defineConfig({
  testDir: '../tests/browser',
  // The specs lie outside this folder, where no node_modules is above them; this file names theirs.
  tsconfig: './tsconfig.browser.json',
  outputDir: './test-results',
  // All specs talk to one library behind one host.
  workers: 1,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 30_000,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: address,
    viewport: { width: 1280, height: 720 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      // Chromium refuses its sandbox to root, which is who runs the tests in a container.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: process.env.COUNTERWEIGHT_WEBHOST ?? 'cargo webhost',
    cwd: root,
    url: address,
    env: { COUNTERWEIGHT_WEBHOST_PORT: port, COUNTERWEIGHT_DATA_DIR: process.env.COUNTERWEIGHT_DATA_DIR },
    // A cold build of the host is part of its first start.
    timeout: 600_000,
    reuseExistingServer: !process.env.CI,
    stdout: 'pipe',
  },
});
