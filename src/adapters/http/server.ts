/** The HTTP door: fastify with our own JSON, access, problems and log around the routes. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import swagger from '@fastify/swagger';
import rateLimit from '@fastify/rate-limit';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import {
  fastify,
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { pathOfPointer } from '../../core/json-path.js';
import type { HttpConfiguration, TokenEntry } from '../../ports/configuration.js';
import { parseJson } from '../files/json.js';
import { Gate, permit } from './access.js';
import { callerOf, correlationOf } from './caller.js';
import type { DoorParts } from './door-parts.js';
import { Metrics } from './metrics.js';
import { addPages } from './pages.js';
import { OperationNames } from './operation-names.js';
import { withOperations } from './openapi.js';
import { HttpProblem, PROBLEM_TYPE, problemOf, type ProblemDetails } from './problem.js';
import { addOperationRoutes } from './routes-operations.js';
import { addPluginRoutes } from './routes-plugins.js';
import { addReadingRoutes } from './routes-reading.js';
import { addRuleRoutes } from './routes-rules.js';
import { addSessionRoutes } from './routes-session.js';
import { addSystemRoutes } from './routes-system.js';
import type { ServedDispatcher, Served } from './served.js';

export interface ServerOptions {
  door: Served;
  http: HttpConfiguration;
  tokens: readonly TokenEntry[];
  /** The time for planning, rules and default dates where it stands still; null: now. */
  now?: string | null;
  dispatcher?: () => ServedDispatcher | null;
  /** Where the log goes, as JSON lines; false: nowhere. */
  log?: { write(line: string): void } | false;
  /** How long a server that stops waits for clients that neither end their request nor take its answer. */
  graceMs?: number;
}

/** A path longer than 400 characters of a name in three bytes each, percent-encoded. */
const PATH_SEGMENT = 4000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than any answer takes, and within the time that a service manager waits before it kills. */
const GRACE_MS = 30_000;
/** How long a refusal of access waits for its journal entry, in milliseconds. */
const JOURNAL_PATIENCE_MS = 100;

/** For the answers of plugins that may be large: a plan of 100,000 placements is a tenth when it is compressed. */
const COMPRESSION = {
  global: false,
  threshold: 10_000,
  encodings: ['br' as const, 'gzip' as const],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
};

/** A server with all routes, ready to listen or to be asked in the process. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const {
    door,
    http,
    tokens,
    now = null,
    dispatcher = () => null,
    log = false,
    graceMs = GRACE_MS,
  } = options;
  const app = fastify({
    ...socketOptions(http),
    logger: log === false ? false : { level: 'info', stream: log, redact: ['req.headers.authorization'] },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    bodyLimit: http.bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_SEGMENT },
    genReqId: correlationOrNew,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error);
      void reply.code(problem.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
    },
  } as unknown as FastifyServerOptions) as unknown as FastifyInstance;
  useOwnJson(app);
  closeWithAnswers(app, graceMs);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'orderwright', version: door.version } },
    transformObject: (given) =>
      'openapiObject' in given ? withOperations(given.openapiObject, door) : given.swaggerObject,
  });
  await app.register(compress, COMPRESSION);
  await app.register(rateLimit, { global: false });
  const demand = guard(app, { door, gate: new Gate(http, tokens), http });
  const routes = knownRoutes(app);
  answerProblems(app, routes);
  const metrics = new Metrics(door, dispatcher);
  const parts: DoorParts = { door, metrics, names: new OperationNames(door), now, dispatcher, demand };
  addOperationRoutes(app, parts);
  addReadingRoutes(app, parts);
  addRuleRoutes(app, parts);
  addSystemRoutes(app, parts);
  addSessionRoutes(app, parts);
  addPluginRoutes(app, parts);
  await addPages(app, door.pages);
  await app.ready();
  return app;
}

function socketOptions({ tls }: HttpConfiguration): object {
  // A request without it is refused by us, as a problem; Node would answer it in its own way.
  const own = { requireHostHeader: false };
  if (tls === null) return { http: own };
  const read = (file: string) => readFileSync(file);
  const asked = tls.ca === null ? {} : { ca: read(tls.ca), requestCert: true, rejectUnauthorized: true };
  return { https: { ...own, cert: read(tls.cert), key: read(tls.key), minVersion: 'TLSv1.2', ...asked } };
}

function correlationOrNew(request: IncomingMessage): string {
  try {
    return correlationOf(request) ?? randomUUID();
  } catch {
    return randomUUID();
  }
}

/**
 * A connection that is in use when the server stops ends with its answer: nobody would close it after that. One whose client
 * lets it wait is cut after a while: what was asked on it is done or undone as a whole, as always.
 */
function closeWithAnswers(app: FastifyInstance, graceMs: number): void {
  let closing = false;
  // Node's own list leaves out a connection that was answered before its request had ended.
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', (done) => {
    closing = true;
    setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, graceMs).unref();
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
}

/** JSON as everywhere else: strict, at most 15 digits in a number, bounded depth, and valid UTF-8. */
function useOwnJson(app: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      if (body.length === 0) {
        done(null, undefined);
        return;
      }
      const parsed = parseJson(utf8.decode(body as Buffer));
      if ('problems' in parsed) done(invalidBody(parsed.problems));
      else done(null, parsed.value);
    } catch {
      done(invalidBody([{ path: '$', code: 'OW_BODY_INVALID', message: 'is not UTF-8' }]));
    }
  });
  const strict = new Ajv2020({ allowUnionTypes: true, strict: false, verbose: true });
  const coercing = new Ajv2020({ coerceTypes: true, useDefaults: true, strict: false, verbose: true });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : coercing).compile(schema as object),
  );
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
}

function invalidBody(problems: HttpProblem['problems']): HttpProblem {
  const [first] = problems;
  const message = `The body is not valid JSON: ${first?.path ?? '$'} ${first?.message ?? ''}`;
  return new HttpProblem(400, 'OW_BODY_INVALID', message, problems);
}

interface Guarded {
  door: Served;
  gate: Gate;
  http: HttpConfiguration;
}

/** Rate, identity and permission before anything is read of the request's body. */
function guard(app: FastifyInstance, { door, gate, http }: Guarded): DoorParts['demand'] {
  const { requests, seconds } = http.rateLimit;
  const limit = app.createRateLimit({ max: requests, timeWindow: seconds * 1000 });
  app.decorateRequest('identity', null);

  const refused = async (request: FastifyRequest, problem: HttpProblem, permission: string | null) => {
    const details = {
      code: problem.code,
      method: request.method,
      path: (request.url.split('?')[0] ?? '').slice(0, 400),
      address: request.ip,
      permission,
    };
    const caller = { correlationId: request.id, actor: request.identity?.name ?? 'nobody' };
    const written = door.accessRefused(details, caller).catch((error: unknown) => {
      request.log.error({ err: error }, 'a refusal of access could not be journalled');
    });
    await Promise.race([written, wait(JOURNAL_PATIENCE_MS, undefined, { ref: false })]);
  };
  const journalled = async (request: FastifyRequest, permission: string | null, check: () => unknown) => {
    try {
      await check();
    } catch (error) {
      if (error instanceof HttpProblem && [401, 403].includes(error.status))
        await refused(request, error, permission);
      throw error;
    }
  };

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-correlation-id', request.id);
    const rate = await limit(request);
    if (!rate.isAllowed && rate.isExceeded) {
      void reply.header('retry-after', rate.ttlInSeconds);
      throw new HttpProblem(429, 'OW_RATE_LIMIT', 'Too many requests. Maybe wait a moment.');
    }
    correlationOf(request);
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
      throw new HttpProblem(400, 'OW_HEADER_INVALID', 'A request of HTTP/1.1 has a header host.');
    const { permission = null, identified = false } = request.routeOptions.config;
    const isKnown = request.routeOptions.url !== undefined;
    if (permission === null && isKnown && !identified) return;
    await journalled(request, null, async () => {
      request.identity = await gate.identify(request);
    });
    if (permission === null) return;
    const wanted = typeof permission === 'string' ? permission : permission(request);
    await journalled(request, wanted, () => permit(identityOf(request), wanted));
  });
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() === 'identity') done();
    else done(new HttpProblem(415, 'OW_MEDIA_TYPE', 'The body is sent as it is, without content encoding.'));
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { actor, correlationId } = (request.body ?? {}) as Record<string, string | undefined>;
    request.log.info(
      {
        // The caller's own goes before the one that the request was given when it came.
        ...(correlationId === undefined ? {} : { askedFor: correlationId }),
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 1000) / 1000,
        actor: callerOf(request, actor === undefined ? {} : { actor }).actor,
      },
      'answered',
    );
    done();
  });
  return (request, permission) =>
    journalled(request, permission, () => permit(identityOf(request), permission));
}

function identityOf({ identity }: FastifyRequest) {
  if (identity === null) throw new Error('Nobody was identified');
  return identity;
}

interface KnownRoute {
  methods: string[];
  fits: RegExp;
}

function knownRoutes(app: FastifyInstance): KnownRoute[] {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace('*', '.*')
      .replace(/:[A-Za-z]+/g, '[^/]+');
    routes.push({ methods: [method].flat(), fits: new RegExp(`^${pattern}$`) });
  });
  return routes;
}

function answerProblems(app: FastifyInstance, routes: readonly KnownRoute[]): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = routes.filter(({ fits }) => fits.test(path)).flatMap((route) => route.methods);
    // A page's path takes whatever follows it, and has only some of it.
    if (methods.length === 0 || methods.includes(request.method))
      throw new HttpProblem(404, 'OW_ROUTE_UNKNOWN', 'There is nothing at this path.');
    const allowed = [...new Set(methods)].join(', ');
    void reply.header('allow', allowed);
    throw new HttpProblem(405, 'OW_METHOD', `This path takes ${allowed}.`);
  });
  app.setErrorHandler((error, request, reply) => {
    const { validation, validationContext } = error as {
      validation?: ErrorObject[];
      validationContext?: string;
    };
    const problem =
      validation === undefined
        ? problemOf(error)
        : invalidRequest(validation, validationContext ?? 'request');
    if (problem.status >= 500) request.log.error({ err: error }, problem.code);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.code(problem.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
  });
}

function invalidRequest(errors: readonly ErrorObject[], where: string): ProblemDetails {
  const problems = errors.map((error) => {
    const { additionalProperty } = error.params as { additionalProperty?: string };
    const path = `${where === 'body' ? '' : where}${pathOfPointer(error.instancePath)}`;
    const message =
      additionalProperty === undefined
        ? (error.message ?? 'is not valid')
        : `has no field ${additionalProperty.slice(0, 100)}`;
    return { path, code: 'OW_REQUEST_INVALID', message };
  });
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  return problemOf(new HttpProblem(400, 'OW_REQUEST_INVALID', `The request is not valid: ${list}`, problems));
}

/** What is no HTTP at all, or more than a header may be. */
function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = problemOf(new HttpProblem(status, 'OW_HTTP_INVALID', 'This is not a valid HTTP request.'));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
