/** What every command needs: its global options, the opened database, and a way to answer a person or a program. */
import type { Command } from 'commander';
import type { LoadedConfiguration } from '../adapters/files/configuration.js';
import { OrderwrightError } from '../core/problem.js';
import type * as Time from '../core/time.js';
import type { Caller, Orderwright } from '../orderwright.js';

interface Globals {
  database?: string;
  config?: string;
  json?: boolean;
  now?: string;
  actor?: string;
}

/** Where a command writes: the process's own streams, or a reader inside it. */
export interface Output {
  /** Resolves when more may be written: a reader that is slow must not fill the memory. */
  out: (text: string) => void | Promise<void>;
  error: (text: string) => void;
}

export class Shell {
  loaded: LoadedConfiguration | OrderwrightError | null = null;
  /** Whether a row of the answer was refused: exit code 1. */
  refused = false;
  private opened: Orderwright | null = null;
  private time: typeof Time | null = null;

  constructor(
    private readonly program: Command,
    private readonly output: Output,
  ) {}

  /** Loads what every command needs and its help does not: it takes longer than to print the help. */
  async prepare(): Promise<void> {
    this.time = await import('../core/time.js');
  }

  get json(): boolean {
    return this.globals.json === true;
  }

  /** What `--database` says; null where it was not given. */
  get namedDatabase(): string | null {
    return this.globals.database ?? null;
  }

  get databaseUrl(): string {
    return this.globals.database ?? process.env.ORDERWRIGHT_DATABASE ?? 'sqlite:orderwright.db';
  }

  /** @throws OrderwrightError OW_USAGE for a `--now` that is no instant. */
  get caller(): Caller & { now: string } {
    const { actor, now } = this.globals;
    const time = this.preparedTime;
    return {
      ...(actor === undefined ? {} : { actor }),
      now: now === undefined ? time.instantOf(Date.now()) : instant(now, time),
    };
  }

  /** `--now` where it was given; null: the time goes on. @throws OrderwrightError OW_USAGE */
  get standingTime(): string | null {
    return this.globals.now === undefined ? null : instant(this.globals.now, this.preparedTime);
  }

  /** The checked configuration. @throws OrderwrightError where it is not valid. */
  get configuration(): LoadedConfiguration {
    if (this.loaded === null) throw new Error('The configuration was not read');
    if (this.loaded instanceof OrderwrightError) throw this.loaded;
    return this.loaded;
  }

  /** The database, opened when the first command needs it. */
  async open(door: 'command' | 'http' = 'command'): Promise<Orderwright> {
    if (this.opened === null) {
      const { openOrderwright } = await import('../orderwright.js');
      this.opened = await openOrderwright({ database: this.databaseUrl, door }, this.configuration);
    }
    return this.opened;
  }

  /** One document for a program with `--json`, else a text for a person. */
  async answer(document: unknown, text: string | (() => string)): Promise<void> {
    if (!this.json) return this.write(`${typeof text === 'string' ? text : text()}\n`);
    const { stringifyChunked } = await import('@discoveryjs/json-ext');
    // In pieces: a document may be longer than a string can be.
    for (const piece of isStream(document) ? document : stringifyChunked(document, null, 2)) {
      await this.write(piece);
    }
    return this.write('\n');
  }

  /** How far a long piece of work is, for a person at a terminal. */
  progress(text: string): void {
    if (process.stderr.isTTY) this.output.error(`\r${text}\u001b[K`);
  }

  /** What a person reads beside the answer; a program that asked for JSON is spared it. */
  async tell(text: string): Promise<void> {
    if (!this.json) await this.write(text);
  }

  /** A part of an answer that is written as it is made. */
  async write(text: string): Promise<void> {
    await this.output.out(text);
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    await opened?.close();
  }

  private get preparedTime() {
    if (this.time === null) throw new Error('The shell was not prepared');
    return this.time;
  }

  private get globals(): Globals {
    return this.program.opts();
  }
}

function instant(text: string, { parseInstant, TimeError }: typeof Time): string {
  try {
    return parseInstant(text);
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new OrderwrightError('OW_USAGE', `--now: ${error.message}`, [], true);
  }
}

/** A document that is made piece by piece, because it may be large. */
export function isStream(document: unknown): document is Iterable<string> {
  return typeof document === 'object' && document !== null && Symbol.iterator in document;
}
