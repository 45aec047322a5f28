// The case that is open, kept on disk as it is edited. There is no Save button: an edit is on disk within a quarter
// of a second after the last key, and `saved` is said only after Rust has said so.

import type { Case, CaseRecord, CaseSummary, Finding, LibraryState, Template } from '../bindings';
import { asCommandError, call, type CommandError } from '../platform';

/** From the last edit to the save, ms. */
export const SAVE_AFTER = 150;

/** How far the open case is from the disk. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed';

let cases = $state.raw<readonly CaseSummary[]>([]);
let about = $state.raw<Pick<LibraryState, 'path' | 'version'>>();
let ready = $state(false);
let failure = $state.raw<CommandError>();

let id = $state<string>();
let open = $state.raw<Case>();
let findings = $state.raw<readonly Finding[]>([]);
let undoLabel = $state<string | null>(null);
let redoLabel = $state<string | null>(null);
let saveState = $state<SaveState>('saved');
let saveError = $state.raw<CommandError>();

let deleted = $state.raw<{ id: string; name: string }>();

let revision = 0;
let pending: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> | undefined;

export const library = {
  /** The library was asked for and has answered, well or not. */
  get ready(): boolean {
    return ready;
  },
  /** Why the library cannot be used, when it cannot. */
  get failure(): CommandError | undefined {
    return failure;
  },
  /** Its cases, most recently changed first. */
  get cases(): readonly CaseSummary[] {
    return cases;
  },
  /** Where it lies and which app wrote it. */
  get about(): Pick<LibraryState, 'path' | 'version'> | undefined {
    return about;
  },
  /** The id of the open case. */
  get id(): string | undefined {
    return id;
  },
  /** The open case. Never change it in place: `edit` does. */
  get case(): Case | undefined {
    return open;
  },
  /** What is wrong or missing in it, as of the last save. */
  get findings(): readonly Finding[] {
    return findings;
  },
  /** What undo would take back, in words. */
  get undoLabel(): string | null {
    return undoLabel;
  },
  /** What redo would bring back, in words. */
  get redoLabel(): string | null {
    return redoLabel;
  },
  /** How far the open case is from the disk. */
  get saveState(): SaveState {
    return saveState;
  },
  /** The case that was deleted last and can be brought back. */
  get deleted(): { id: string; name: string } | undefined {
    return deleted;
  },
  /** Why the last save failed. */
  get saveError(): CommandError | undefined {
    return saveError;
  },
};

function take(record: CaseRecord): void {
  id = record.id;
  open = record.case;
  revision = record.revision;
  findings = record.findings;
  undoLabel = record.undo;
  redoLabel = record.redo;
  saveState = 'saved';
  saveError = undefined;
}

/** Reads the library and opens the case that was changed last. */
export async function start(): Promise<void> {
  try {
    await refresh();
    const last = cases[0];
    if (last && !open) take(await call('case_open', { id: last.id }));
    failure = undefined;
  } catch (error) {
    failure = asCommandError(error);
  } finally {
    ready = true;
  }
}

async function refresh(): Promise<void> {
  const state = await call('library_state', {});
  cases = state.cases;
  about = { path: state.path, version: state.version };
}

/** Makes a case and opens it. */
export async function create(template: Template): Promise<void> {
  await settle();
  take(await call('case_create', { template }));
  await refresh();
}

/** Opens a case of the library. */
export async function openCase(other: string): Promise<void> {
  await settle();
  take(await call('case_open', { id: other }));
}

/** Deletes the open case and opens the one that was changed last. */
export async function deleteCase(): Promise<void> {
  if (!id) return;
  await settle();
  deleted = { id, name: open?.name ?? '' };
  const state = await call('case_delete', { id });
  cases = state.cases;
  id = undefined;
  open = undefined;
  findings = [];
  const last = cases[0];
  if (last) take(await call('case_open', { id: last.id }));
}

/** Brings back the case that was deleted last. */
export async function bringBack(): Promise<void> {
  if (!deleted) return;
  await settle();
  take(await call('case_undo', { id: deleted.id }));
  deleted = undefined;
  await refresh();
}

/**
 * Changes the open case. `label` says what was changed, for undo: `Base pay of Northwind`. Edits with the same label
 * that follow each other within seconds are one step.
 */
export function edit(label: string, change: (draft: Case) => void): void {
  if (!open) return;
  // A different label is a step of its own: what came before goes to disk under its own name.
  if (pending !== undefined && pending !== label) void flush();
  const draft = structuredClone(open);
  change(draft);
  open = draft;
  pending = label;
  saveState = 'unsaved';
  clearTimeout(timer);
  timer = setTimeout(() => void flush(), SAVE_AFTER);
}

/** Writes what is not written yet. Resolves when nothing is on its way. */
export function flush(): Promise<void> {
  clearTimeout(timer);
  if (!id || !open || pending === undefined) return writing ?? Promise.resolve();
  const request = { id, label: pending, case: open };
  pending = undefined;
  // One write at a time: each starts from the revision that the one before it made.
  writing = (writing ?? Promise.resolve()).then(() => write(request));
  return writing;
}

async function write(request: { id: string; label: string; case: Case }): Promise<void> {
  saveState = 'saving';
  try {
    const saved = await call('case_save', { ...request, revision });
    if (request.id !== id) return;
    revision = saved.revision;
    findings = saved.findings;
    undoLabel = saved.undo;
    redoLabel = null;
    saveError = undefined;
    saveState = pending === undefined ? 'saved' : 'unsaved';
  } catch (error) {
    if (request.id !== id) return;
    saveError = asCommandError(error);
    // The text on screen is kept, and the next edit tries again.
    pending ??= request.label;
    saveState = 'failed';
  }
}

async function settle(): Promise<void> {
  await flush();
  await writing;
}

/** Takes back the last change of the open case. */
export async function undo(): Promise<void> {
  if (!id) return;
  await settle();
  take(await call('case_undo', { id }));
}

/** Brings back the change that undo took. */
export async function redo(): Promise<void> {
  if (!id) return;
  await settle();
  take(await call('case_redo', { id }));
}

// A window that is put away or closed may not come back: what is typed goes to disk at once.
addEventListener('pagehide', () => void flush());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void flush();
});
// The window waits a moment for what is handed over here before it closes.
addEventListener('closing', (event) => {
  (event as CustomEvent<(work: Promise<void>) => void>).detail(flush());
});
