/** A server on a small plant made in code, asked in the process without a socket. */
import { expect } from 'chai';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach } from 'mocha';
import { createServer, type ServerOptions } from '../../../src/adapters/http/server.js';
import type { ProblemDetails } from '../../../src/adapters/http/problem.js';
import type { Served } from '../../../src/adapters/http/served.js';
import { createOrderwright, type AnswerRow, type JsonObject, type Orderwright } from '../../../src/index.js';
import { DEFAULT_HTTP } from '../../../src/ports/configuration.js';
import { ordersFile, PLANT, type AnOrder } from '../../operations/an-order.js';

export interface AServerParts extends Partial<Omit<ServerOptions, 'door'>> {
  orders?: AnOrder[];
  folder?: string;
  database?: string;
  plant?: JsonObject;
  /** The door as the server sees it, where a test puts something before it. */
  seenAs?: (door: Orderwright) => Served;
}

const opened: AServer[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

export async function aServer(parts: AServerParts = {}): Promise<AServer> {
  const {
    orders = [],
    folder = '/nowhere',
    database = 'sqlite::memory:',
    plant = PLANT,
    seenAs,
    ...options
  } = parts;
  const door = await createOrderwright({ database, folder, door: 'http' });
  await door.importPlant({ text: JSON.stringify({ ...plant, ...ordersFile(...orders) }) });
  const server = new AServer(
    door,
    await createServer({ door: seenAs?.(door) ?? door, http: DEFAULT_HTTP, tokens: [], ...options }),
  );
  opened.push(server);
  return server;
}

export interface Answer {
  status: number;
  body: JsonObject;
  headers: Record<string, unknown>;
  text: string;
}

export class AServer {
  constructor(
    readonly door: Orderwright,
    readonly app: FastifyInstance,
  ) {}

  async close(): Promise<void> {
    await this.app.close();
    await this.door.close();
  }

  async ask(options: InjectOptions): Promise<Answer> {
    const { statusCode: status, payload: text, headers } = await this.app.inject(options);
    let body: JsonObject = {};
    try {
      body = JSON.parse(text) as JsonObject;
    } catch {
      // Metrics, and answers without a body, are no JSON.
    }
    return { status, body, headers, text };
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask({ method: 'GET', url, headers });
  }

  post(url: string, payload: JsonObject, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask({ method: 'POST', url, payload, headers });
  }

  /** The rows of a verdict, which is 200 whatever it says. */
  async rows(url: string, payload: JsonObject, headers: Record<string, string> = {}): Promise<AnswerRow[]> {
    const { status, body, text } = await this.post(url, payload, headers);
    expect(status, text).to.equal(200);
    return body.orders as unknown as AnswerRow[];
  }

  pre(operation: string, orders: JsonObject[], more: JsonObject = {}): Promise<AnswerRow[]> {
    return this.rows(`/hooks/ProductionOrder.${operation}/Pre`, { orders, ...more });
  }
}

/** Checks that an answer is a problem with this status and code. */
export function isProblem(
  { status, body, headers, text }: Answer,
  wanted: number,
  code: string,
): ProblemDetails {
  expect(status, text).to.equal(wanted);
  expect(headers['content-type']).to.match(/^application\/problem\+json/);
  const problem = body as unknown as ProblemDetails;
  expect(problem.code, text).to.equal(code);
  expect(problem.status).to.equal(wanted);
  expect(problem.problems).to.be.an('array');
  return problem;
}

export function codes(row: AnswerRow | undefined): string[] {
  return (row?.violations ?? []).map(({ rule, code }) => rule ?? code);
}
