/** What a token may do, as the server decides it: offered is only what it would let through. Pure. */

export interface Session {
  /** The token's name; null where nobody is asked. */
  actor: string | null;
  permissions: readonly string[];
  /** Null: all of them. */
  roles: readonly string[] | null;
  ruleSet: string;
  /** The server's time for planning and default dates. */
  now: string;
  version: string;
  plugins: readonly { name: string; version: string }[];
}

/** `*` and `ProductionOrder.*` stand for all that begin so. */
export function covers(permissions: readonly string[], wanted: string): boolean {
  return permissions.some(
    (permission) =>
      permission === '*' ||
      permission === wanted ||
      (permission.endsWith('.*') && wanted.startsWith(permission.slice(0, -1))),
  );
}
