/** Who may in (design section 6): bearer token, client certificate, or on this machine's own address anybody. */
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { OrderwrightError } from '../../core/problem.js';
import type { HttpConfiguration, TokenEntry } from '../../ports/configuration.js';
import { HttpProblem } from './problem.js';
import { covers, TokenVerifier } from './tokens.js';

export interface Identity {
  /** The token's or certificate's name; null for anybody on this machine. */
  name: string | null;
  permissions: readonly string[];
  /** Null: all of them. */
  roles: readonly string[] | null;
}

const ANYBODY: Identity = { name: null, permissions: ['*'], roles: null };
/** Wrong tokens that one address may try in a minute: each costs a slow hash. */
const FAILURES = 20;
const FAILURE_WINDOW_MS = 60_000;
const ADDRESSES = 10_000;

/** Whether an address is this machine's own, which nobody else can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * @throws OrderwrightError OW_SERVE_OPEN where others could reach the door and nobody is asked who he is.
 */
export function checkOpenness(http: HttpConfiguration, tokens: readonly TokenEntry[]): void {
  const asked = tokens.some(({ hash }) => hash !== null) || (http.tls?.ca ?? null) !== null;
  if (isLoopback(http.host) || asked) return;
  throw new OrderwrightError(
    'OW_SERVE_OPEN',
    `At ${http.host} others can reach this server, and it would let anybody in.\nMaybe add tokens (config token <name> --permissions ...) or http.tls.ca to the configuration, or leave --host out.`,
  );
}

export class Gate {
  private readonly verifier: TokenVerifier;
  private readonly failures = new Map<string, { count: number; until: number }>();
  private readonly usesCertificates: boolean;
  /** Whether anybody on this machine is let in. */
  readonly isOpen: boolean;

  constructor(
    http: HttpConfiguration,
    private readonly tokens: readonly TokenEntry[],
  ) {
    this.verifier = new TokenVerifier(tokens);
    this.usesCertificates = (http.tls?.ca ?? null) !== null;
    this.isOpen = tokens.length === 0 && !this.usesCertificates;
  }

  /**
   * Who asks.
   * @throws HttpProblem 401 OW_TOKEN_MISSING or OW_TOKEN_INVALID, 429 OW_TOKEN_FAILURES, 403 OW_CROSS_SITE
   */
  async identify(request: FastifyRequest): Promise<Identity> {
    if (this.isOpen) {
      refuseOtherSites(request);
      return ANYBODY;
    }
    const { authorization } = request.headers;
    if (authorization === undefined) {
      const certified = this.certified(request);
      if (certified !== null) return certified;
      throw new HttpProblem(
        401,
        'OW_TOKEN_MISSING',
        'This server needs a token: Authorization: Bearer <token>.',
      );
    }
    const token = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1];
    if (token === undefined) throw invalidToken();
    const entry = this.verifier.recall(token) ?? (await this.verify(token, request.ip));
    return entry;
  }

  private async verify(token: string, address: string): Promise<TokenEntry> {
    const now = Date.now();
    const failed = this.failures.get(address);
    if (failed !== undefined && failed.until > now && failed.count >= FAILURES) {
      throw new HttpProblem(429, 'OW_TOKEN_FAILURES', 'Too many wrong tokens. Maybe wait for a minute.');
    }
    // Counted before it is known to be wrong: many at once are many attempts.
    const current =
      failed !== undefined && failed.until > now ? failed : { count: 0, until: now + FAILURE_WINDOW_MS };
    current.count += 1;
    if (this.failures.size >= ADDRESSES) this.failures.clear();
    this.failures.set(address, current);
    const entry = await this.verifier.verify(token);
    if (entry === null) throw invalidToken();
    this.failures.delete(address);
    return entry;
  }

  /** Whoever has a certificate that the configured authority signed; an entry of its name says what it may do. */
  private certified(request: FastifyRequest): Identity | null {
    const socket = request.raw.socket as Partial<TLSSocket>;
    if (!this.usesCertificates || socket.authorized !== true) return null;
    const subject = socket.getPeerCertificate?.().subject as { CN?: string } | undefined;
    const name = subject?.CN ?? 'certificate';
    const entry = this.tokens.find((candidate) => candidate.name === name);
    if (entry !== undefined) return entry;
    return this.tokens.length === 0 ? { ...ANYBODY, name } : null;
  }
}

/** @throws HttpProblem 403 OW_PERMISSION */
export function permit({ name, permissions }: Identity, wanted: string): void {
  if (covers(permissions, wanted)) return;
  throw new HttpProblem(403, 'OW_PERMISSION', `${name ?? 'Nobody'} has not the permission ${wanted}.`);
}

function invalidToken(): HttpProblem {
  return new HttpProblem(401, 'OW_TOKEN_INVALID', 'The token is not one that this server knows.');
}

/** Where nobody is asked who he is, a web page of somebody else's must not ask through a browser on this machine. */
function refuseOtherSites({ headers }: FastifyRequest): void {
  const host = hostOf(`http://${headers.host ?? ''}`);
  const origin = headers.origin === undefined ? host : hostOf(headers.origin);
  const name = host?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') ?? '';
  if (isLoopback(name) && origin === host) return;
  throw new HttpProblem(
    403,
    'OW_CROSS_SITE',
    'Without tokens this server answers only this machine’s own address.',
  );
}

function hostOf(url: string): string | null {
  try {
    return new URL(url).host;
  } catch {
    return null;
  }
}
