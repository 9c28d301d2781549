/** What is wrong with an input, and where: collected, so that a reader sees all of it at once. */
export interface Problem {
  /** JSON path of the place, `$.products[0].flowPath`; a file's path may stand before it. */
  path: string;
  code: string;
  message: string;
}

/** An operation that can't be carried out as asked; the rim answers it as `{ "error": ... }`. */
export class OrderwrightError extends Error {
  override readonly name = 'OrderwrightError';

  constructor(
    readonly code: string,
    message: string,
    readonly problems: Problem[] = [],
    /** Wrong usage of a command (exit code 2), against a failure (1). */
    readonly usage = false,
  ) {
    super(message);
  }
}
