/** The console in a real browser: a server on a plant of the test's own, and a page that is watched while it is used. */
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import { after, afterEach, describe } from 'mocha';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { createServer } from '../../../src/adapters/http/server.js';
import { createToken } from '../../../src/adapters/http/tokens.js';
import { createOrderwright, type JsonObject, type Orderwright } from '../../../src/index.js';
import { DEFAULT_HTTP, type TokenEntry } from '../../../src/ports/configuration.js';

const PLACES = [process.env.ORDERWRIGHT_TEST_BROWSER, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WAIT_MS = 10_000;

const executable = PLACES.find((place): place is string => place !== undefined && existsSync(place));

let launched: Promise<Browser> | null = null;
const opened: AConsole[] = [];

/** A suite that needs a browser; where there is none its tests are skipped, and the reason is told. */
export function describeInBrowser(title: string, suite: () => void): void {
  if (executable === undefined) {
    process.stdout.write(`No Chromium at ${PLACES.slice(1).join(' or ')}: "${title}" is skipped\n`);
    describe.skip(title, suite);
    return;
  }
  describe(title, () => {
    suite();
    afterEach(async function () {
      const failed = this.currentTest?.state === 'failed';
      for (const one of opened.splice(0)) await one.close(failed);
    });
    after(async () => {
      await (await launched)?.close();
      launched = null;
    });
  });
}

export interface AConsoleParts {
  /** A plant file. */
  plant: JsonObject;
  /** Permissions by the name of the token; none: the server asks nobody. */
  tokens?: Record<string, string[]>;
  /** What happens before the page is opened. */
  before?: (door: Orderwright) => Promise<void>;
  database?: string;
  /** With a configuration, and rules beside it; default: none. */
  folder?: string;
  /** Where the time for planning, rules and default dates stands still; default: now. */
  now?: string | null;
  /** Whether events of the queue are applied meanwhile. */
  dispatcher?: boolean;
  browser?: BrowserContextOptions;
}

export interface AConsole {
  door: Orderwright;
  app: FastifyInstance;
  page: Page;
  url: string;
  /** The tokens by their names. */
  tokens: Record<string, string>;
  /** Goes to an address of the page, `#/orders`. */
  open: (address: string) => Promise<void>;
  /** What the page has done that it must not: errors, violations of its policy, requests to other hosts. */
  complaints: string[];
  /** Fails where axe finds what somebody could not read or reach. */
  accessible: () => Promise<void>;
  /** @param failed the test failed already: no second reason is given */
  close: (failed?: boolean) => Promise<void>;
}

/** Opens a server on the plant and its console in a browser of 1280 x 720. */
export async function aConsole(parts: AConsoleParts): Promise<AConsole> {
  const { plant, now = null, database = 'sqlite::memory:', folder = '/nowhere' } = parts;
  const door = await createOrderwright({ database, folder, door: 'http' });
  await door.importPlant({ text: JSON.stringify(plant) });
  await parts.before?.(door);
  const { entries, tokens } = await tokensOf(parts.tokens ?? {});
  const http = { ...DEFAULT_HTTP, port: 0, rateLimit: { requests: 100_000, seconds: 1 } };
  const dispatcher = parts.dispatcher === true ? door.startDispatcher() : null;
  const app = await createServer({ door, http, tokens: entries, now, dispatcher: () => dispatcher });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const page = await aPage(parts.browser);
  const complaints = watch(page, url);
  const one: AConsole = {
    door,
    app,
    page,
    url,
    tokens,
    complaints,
    open: async (address) => {
      await page.goto(`${url}/console/${address}`);
    },
    accessible: () => checkAccessible(page),
    close: async (failed = false) => {
      await page.context().close();
      await app.close();
      await door.close();
      if (!failed) expect(complaints, 'what the page must not do').to.deep.equal([]);
    },
  };
  opened.push(one);
  return one;
}

async function aPage(options: BrowserContextOptions = {}): Promise<Page> {
  launched ??= chromium.launch({ executablePath: executable ?? '', args: ARGUMENTS });
  const browser = await launched;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    ...options,
  });
  context.setDefaultTimeout(WAIT_MS);
  return context.newPage();
}

async function tokensOf(wanted: Record<string, string[]>) {
  const entries: TokenEntry[] = [];
  const tokens: Record<string, string> = {};
  for (const [name, permissions] of Object.entries(wanted)) {
    const { token, hash } = await createToken(name);
    tokens[name] = token;
    entries.push({ name, hash, permissions, roles: [] });
  }
  return { entries, tokens };
}

/** A refused request is an answer that the page has to show, and the browser writes it to its console all the same. */
const REFUSED_REQUEST = /^Failed to load resource: the server responded with a status of 4\d\d/;

function watch(page: Page, url: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (!['error', 'warning'].includes(message.type()) || REFUSED_REQUEST.test(text)) return;
    complaints.push(`${message.type()}: ${text}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:')) complaints.push(`request: ${asked}`);
  });
  return complaints;
}

interface Found {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function checkAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<Found[]>('axe.run().then(({ violations }) => violations)');
  const list = found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary = '' }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
  expect(list, list.join('\n')).to.deep.equal([]);
}
