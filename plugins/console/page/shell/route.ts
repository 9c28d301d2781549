/** Addresses of the page: what stands after the #, so that one file serves all of them. Pure. */

export type RouteParams = Readonly<Record<string, string | undefined>>;

/** What a page is given. */
export interface PageProps {
  /** What the address says at the names of the pattern, decoded. */
  params: RouteParams;
  /** What follows the question mark in the address. */
  query: URLSearchParams;
}

export interface Address {
  /** Parts between slashes, decoded. */
  segments: string[];
  query: URLSearchParams;
}

/** `#/orders/PO-1001?tab=steps` */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const segments = path.split('/').filter((part) => part !== '');
  return { segments: segments.map(decoded), query: new URLSearchParams(query) };
}

/** The address of a pattern's page: `addressOf(['orders', 'A/1'])` is `#/orders/A%2F1`. */
export function addressOf(segments: readonly string[], query: Record<string, string> = {}): string {
  const path = segments.map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** What the address says at the names of a pattern; null where it is another page's. */
export function matchPattern(pattern: string, { segments }: Address): RouteParams | null {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
