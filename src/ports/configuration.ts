/** The configuration file, checked and with its defaults (design section 4). */
import type { JsonObject } from '../core/json.js';
import type { Mode } from '../core/rules/verdict.js';

export interface OperationSettings {
  mode: Mode;
  /** What an operation answers when it can't decide within its time budget. */
  whenUnavailable: 'refuse' | 'allow';
  timeBudgetMs: number;
}

export interface PluginConfiguration {
  enabled: boolean;
  /** Folder of a third party's plugin; null for one that comes with orderwright. */
  folder: string | null;
  settings: JsonObject;
}

/** Who may call the HTTP door. */
export interface TokenEntry {
  name: string;
  /** Salt and hash of the token; null where a client certificate is the only way in. */
  hash: string | null;
  permissions: readonly string[];
  roles: readonly string[];
}

export interface HttpConfiguration {
  host: string;
  port: number;
  /** Bytes of a request's body. */
  bodyLimit: number;
  /** Requests of one address in so many seconds. */
  rateLimit: { requests: number; seconds: number };
  /** Absolute paths; with `ca` a caller needs a certificate that it signed. */
  tls: { cert: string; key: string; ca: string | null } | null;
}

export const DEFAULT_HTTP: HttpConfiguration = {
  host: '127.0.0.1',
  port: 7400,
  bodyLimit: 1_048_576,
  rateLimit: { requests: 20_000, seconds: 1 },
  tls: null,
};

export interface Configuration {
  operations: Record<string, Partial<OperationSettings>>;
  /** The mode of operations that have none of their own; as the installation was begun where left out. */
  mode?: Mode;
  /** Our hook points to the host's names for them. */
  hookNames: Record<string, string>;
  /** Folder of the rule files, absolute. */
  rules: string;
  /** Whether the folder is the admin's own, and not the package's, which nobody writes to. */
  ownRules: boolean;
  /** Language of messages that have a translation. */
  language: string | undefined;
  plugins: Record<string, PluginConfiguration>;
  events: EventSettings;
  retention: Retention;
  http: HttpConfiguration;
  tokens: readonly TokenEntry[];
}

export interface EventSettings {
  /** How long a report waits for the host's row to show what it claims, before it is dropped as rolled back. */
  confirmSeconds: number;
  /** How often an event is tried before it is parked. */
  attempts: number;
  /** How often tables are looked at that the mapping has polled. */
  pollSeconds: number;
}

/** Days that are kept; null keeps everything. */
export interface Retention {
  /** Applied and dropped events. */
  events: number | null;
}

export const DEFAULT_EVENT_SETTINGS: EventSettings = { confirmSeconds: 300, attempts: 5, pollSeconds: 1 };

export const DEFAULT_OPERATION_SETTINGS: OperationSettings = {
  mode: 'enforce',
  whenUnavailable: 'refuse',
  timeBudgetMs: 5000,
};

export function operationSettings(configuration: Configuration, operation: string): OperationSettings {
  const { mode, operations } = configuration;
  return { ...DEFAULT_OPERATION_SETTINGS, ...(mode !== undefined && { mode }), ...operations[operation] };
}
