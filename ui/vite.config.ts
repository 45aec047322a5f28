import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The loopback host of the browser lane also answers a page served by `npm run dev`.
const host = `http://127.0.0.1:${process.env.COUNTERWEIGHT_PORT ?? '4199'}`;

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // The page has one origin, its own; a base of "/" is what Tauri's asset protocol serves.
  base: '/',
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1', proxy: { '/rpc': host } },
  build: {
    // The oldest WebKitGTK among the supported systems reads all of this.
    target: ['es2022', 'safari16.4', 'chrome111'],
    // Fonts and pictures stay files: the content policy allows 'self' only, so a data: address would be blocked.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
  },
}));
