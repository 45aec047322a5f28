// The start: fonts, style sheet, the frame, and the word to the shell that the first view stands.

import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/source-serif-4/wght.css';
import './app.css';
import { flushSync, mount } from 'svelte';
import App from './App.svelte';
import { painted } from './platform';
import { library, start } from './state/library.svelte';
import { loadPreferences } from './state/preferences.svelte';
import { route } from './state/route.svelte';
import { fetchOtherViews, fetchView } from './state/views.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no place for the app.');

mount(App, { target });

// A hidden window draws no frames in some web views, so the shell is told once the view is laid out, not drawn. The
// view waits for the library: it is the first start, the last case, or the reason why there is neither.
void Promise.all([loadPreferences(), start()]).then(async () => {
  if (library.case) await fetchView(route.view).catch(() => undefined);
  flushSync();
  void target.offsetHeight;
  // Without a shell that listens there is nothing to show; the page works on.
  painted().catch(() => undefined);
  // Later, so that it takes nothing from the first key press.
  setTimeout(() => void fetchOtherViews().catch(() => undefined), 300);
});
