/** The HTTP API as the page asks it: the token goes with every request, and problem details become one error. */

const TOKEN = 'orderwright.token';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export interface ProblemPlace {
  path: string;
  code: string;
  message: string;
}

/** What the server refused or could not do, in its own words; status 0 where it did not answer. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: readonly ProblemPlace[] = [],
  ) {
    super(message);
  }
}

export function storedToken(): string | null {
  return window.sessionStorage.getItem(TOKEN);
}

/** Kept until the browser's tab is closed; null forgets it. */
export function keepToken(token: string | null): void {
  if (token === null) window.sessionStorage.removeItem(TOKEN);
  else window.sessionStorage.setItem(TOKEN, token);
}

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** What is left out or undefined is not sent. */
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Instead of the one that is kept: a token that is only tried. */
  token?: string | null;
}

export interface Answered<T> {
  body: T;
  headers: Headers;
}

/** @throws ApiProblem */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const { body } = await askWithHeaders<T>(path, asked);
  return body;
}

/** The same with the headers of the answer, for an ETag. */
export async function askWithHeaders<T>(path: string, asked: Asked = {}): Promise<Answered<T>> {
  const response = await send(path, asked);
  return { body: (await response.json()) as T, headers: response.headers };
}

/** An answer that goes on: the caller reads its body. */
export async function send(path: string, asked: Asked = {}): Promise<Response> {
  const { method = 'GET', body, signal, token = storedToken(), headers = {} } = asked;
  let response: Response;
  try {
    response = await fetch(withQuery(path, asked.query), {
      method,
      headers: {
        ...headers,
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
      cache: 'no-store',
      credentials: 'same-origin',
    });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiProblem(0, 'OW_UNREACHABLE', 'The server does not answer. Maybe it is being restarted.');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

function withQuery(path: string, query: Asked['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

interface Details {
  status?: number;
  code?: string;
  detail?: string;
  problems?: ProblemPlace[];
}

async function problemOf(response: Response): Promise<ApiProblem> {
  let details: Details = {};
  try {
    details = (await response.json()) as Details;
  } catch {
    // Something between this page and the server answered in its own way.
  }
  const message = details.detail ?? `The server answered ${response.status} ${response.statusText}`.trim();
  return new ApiProblem(response.status, details.code ?? 'OW_FAILED', message, details.problems ?? []);
}
