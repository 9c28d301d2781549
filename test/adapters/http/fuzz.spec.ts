import Database from 'better-sqlite3';
import { expect } from 'chai';
import fc from 'fast-check';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_RULES } from '../../../src/adapters/files/package-root.js';
import type { JsonObject } from '../../../src/index.js';
import { anOrder } from '../../operations/an-order.js';
import { aFolder } from '../../operations/folder.js';
import { DEFAULT_HTTP } from '../../../src/ports/configuration.js';
import { aServer } from './a-server.js';
import { changed, hostileRequests, type OpenApi } from './hostile-requests.js';

/** All 100,000 of issue size with ORDERWRIGHT_FUZZ=100000; in CI as many as fit into a minute on two slow cores. */
const REQUESTS = Number(process.env.ORDERWRIGHT_FUZZ ?? 3000);
const SECONDS = process.env.ORDERWRIGHT_FUZZ === undefined ? 60 : 7200;
const PER_RUN = 50;
/** What the whole run may add to the process, in bytes. */
const MEMORY = 400 * 1024 * 1024;

describe('Hostile requests built from the OpenAPI document', () => {
  it('are answered without a 5xx, without a half change and within bounded memory', async function () {
    this.timeout(SECONDS * 2000);
    const folder = aFolder({ 'orderwright.config.json': {} });
    cpSync(SHIPPED_RULES, join(folder, 'rules'), { recursive: true });
    const file = join(folder, 'plant.db');
    const orders = [
      ...['A', 'B', 'C'].map((name) => anOrder(name)),
      anOrder('D').inState('Completed'),
      anOrder('E').inState('Released').having('Created').having('InProgress'),
    ];
    const http = { ...DEFAULT_HTTP, bodyLimit: 64 * 1024, rateLimit: { requests: 1e9, seconds: 1 } };
    const server = await aServer({ orders, folder, database: `sqlite:${file}`, http });
    const document = (await server.get('/openapi.json')).body as unknown as OpenApi;
    const requests = hostileRequests(document, {
      names: ['A', 'B', 'C', 'D', 'E', 'E-M1', 'E-M2', 'Stool', 'Table', 'Lisbon', 'Main:A:1/Cut:1'],
      operations: [
        ...server.door.operations.map(({ name }) => `ProductionOrder.${name}`),
        ...server.door.materialOperations.map(({ name }) => `Material.${name}`),
      ],
      rules: (await server.door.rules()).rules.map(({ rule }) => rule.id),
    });
    const raw = new Database(file, { readonly: true });
    const tables = raw
      .prepare("select name from sqlite_master where type = 'table' and name like 'mes%'")
      .pluck()
      .all() as string[];
    const statements = tables.map((name) => raw.prepare(`select * from "${name}"`));
    const dump = () => JSON.stringify(statements.map((statement) => statement.all()));

    const statuses = new Map<number, number>();
    let sent = 0;
    let before = dump();
    const memory = process.memoryUsage().rss;
    const end = performance.now() + SECONDS * 1000;
    try {
      const property = fc.asyncProperty(
        fc.array(requests, { minLength: PER_RUN, maxLength: PER_RUN, size: 'max' }),
        async (batch) => {
          for (const request of batch) {
            const { status, body, text } = await server.ask(request);
            sent += 1;
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            const shown = () => `${JSON.stringify(request)} -> ${status} ${text.slice(0, 500)}`;
            if (status >= 500) expect.fail(shown());
            if (status >= 400 && request.method !== 'HEAD')
              expect(isProblemDetails(body), shown()).to.equal(true);
            const after = dump();
            if (after !== before && !changed(request, status, body))
              expect.fail(`It changed orders: ${shown()}`);
            before = after;
          }
        },
      );
      const numRuns = Math.ceil(REQUESTS / PER_RUN);
      const found = await fc.check(property, {
        numRuns,
        endOnFailure: true,
        interruptAfterTimeLimit: end - performance.now(),
      });
      if (found.failed && found.counterexample !== null) throw found.errorInstance as Error;
    } finally {
      raw.close();
    }
    const grown = process.memoryUsage().rss - memory;
    const list = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`);
    process.stdout.write(
      `      ${sent} hostile requests: ${list.join(', ')}; ${Math.round(grown / 1048576)} MiB more memory\n`,
    );
    expect(grown).to.be.below(MEMORY);
    expect(statuses.get(200) ?? 0, 'some reach what there is').to.be.above(sent / 20);
    expect((await server.get('/health')).status).to.equal(200);
    expect((await server.door.verifyJournal()).ok).to.equal(true);
  });
});

function isProblemDetails({ code, status, problems }: JsonObject): boolean {
  return (
    typeof code === 'string' &&
    /^OW_[A-Z_]+$/.test(code) &&
    typeof status === 'number' &&
    Array.isArray(problems)
  );
}
