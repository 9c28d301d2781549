/**
 * Bearer tokens: `<name>.<secret>`, kept as salt and scrypt hash. A token that was verified is known again by a keyed
 * hash, so that the slow hash is computed once.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { TokenEntry } from '../../ports/configuration.js';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const SECRET_BYTES = 32;
/** Verified tokens that are kept: as many as there are entries, in the usual case. */
const KNOWN_LIMIT = 1000;

/** A new token, shown once, and what the configuration keeps of it. */
export async function createToken(name: string): Promise<{ token: string; hash: string }> {
  const token = `${name}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(token, salt, HASH_BYTES);
  return { token, hash: `scrypt:${salt.toString('base64url')}:${hash.toString('base64url')}` };
}

export class TokenVerifier {
  private readonly key = randomBytes(32);
  private readonly known = new Map<string, TokenEntry>();
  private readonly byName: ReadonlyMap<string, TokenEntry>;
  /** What an unknown name is compared with, so that it takes as long as a known one. */
  private readonly nobody = `scrypt:${randomBytes(SALT_BYTES).toString('base64url')}:${randomBytes(HASH_BYTES).toString('base64url')}`;

  constructor(entries: readonly TokenEntry[]) {
    this.byName = new Map(entries.map((entry) => [entry.name, entry]));
  }

  /** The entry of a token that was verified before; null: `verify` has to tell. */
  recall(token: string): TokenEntry | null {
    return this.known.get(this.fingerprint(token)) ?? null;
  }

  /** The entry whose token this is, or null. */
  async verify(token: string): Promise<TokenEntry | null> {
    const [name = ''] = token.split('.', 1);
    const entry = this.byName.get(name);
    const [, salt = '', hash = ''] = (entry?.hash ?? this.nobody).split(':');
    const found = await derive(token, Buffer.from(salt, 'base64url'), HASH_BYTES);
    const same = timingSafeEqual(found, Buffer.from(hash, 'base64url'));
    if (!same || entry === undefined || entry.hash === null) return null;
    if (this.known.size >= KNOWN_LIMIT) this.known.clear();
    this.known.set(this.fingerprint(token), entry);
    return entry;
  }

  private fingerprint(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('base64url');
  }
}

/** Whether permissions cover one: `*` and `ProductionOrder.*` stand for all that begin so. */
export function covers(permissions: readonly string[], wanted: string): boolean {
  return permissions.some(
    (permission) =>
      permission === '*' ||
      permission === wanted ||
      (permission.endsWith('.*') && wanted.startsWith(permission.slice(0, -1))),
  );
}
