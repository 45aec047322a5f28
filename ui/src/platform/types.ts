// What the page may ask of the program it runs in. Every host answers the same commands.

import type { Code, Commands, ErrorBody } from '../bindings';

export type { Commands, ErrorBody };

export type CommandName = keyof Commands;
export type Request<K extends CommandName> = Commands[K][0];
export type Response<K extends CommandName> = Commands[K][1];

export interface Platform {
  /** Does one command. Rejects with a `CommandError`, never with anything else. */
  call<K extends CommandName>(name: K, request: Request<K>): Promise<Response<K>>;
  /** Says that the first view stands, so that the window may be shown. */
  painted(): Promise<void>;
}

/** A command that was not done, with the words to show. */
export class CommandError extends Error implements ErrorBody {
  readonly code: Code;
  readonly field: string | null;
  readonly hint: string | null;

  constructor(body: ErrorBody) {
    super(body.message);
    this.name = 'CommandError';
    this.code = body.code;
    this.field = body.field;
    this.hint = body.hint;
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorBody).code === 'string' &&
    typeof (value as ErrorBody).message === 'string'
  );
}

/** Any failure as a `CommandError`: what Rust said, or that it could not be reached. */
export function asCommandError(failure: unknown): CommandError {
  if (failure instanceof CommandError) return failure;
  if (isErrorBody(failure)) {
    return new CommandError({
      code: failure.code,
      message: failure.message,
      field: failure.field ?? null,
      hint: failure.hint ?? null,
    });
  }
  return new CommandError({
    code: 'internal',
    message: 'The program behind this window did not answer.',
    field: null,
    hint: 'What was saved is safe. Close the window and start Counterweight again.',
  });
}
