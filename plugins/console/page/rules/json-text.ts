/** The text of a JSON file while it is being written: where everything stands, and what is asked for at the cursor. Pure. */

export interface Place {
  from: number;
  to: number;
}

/** An object or array that the cursor stands in; what follows the cursor counts too. */
export interface Frame {
  kind: 'object' | 'array';
  /** From which object or array, by key or number; null for the whole. */
  step: string | number | null;
  /** The keys of an object, with their values where these are texts. */
  entries: Map<string, string | null>;
}

export interface CursorContext {
  /** From the outside in. */
  frames: Frame[];
  /** What could stand here: the key of an object, or a value of the key or place. */
  role: 'key' | 'value' | 'none';
  /** Of the value: its key, or its number in an array. */
  step: string | number | null;
  /** What is written of it already, quotes and all. */
  from: number;
  to: number;
  /** Whether it is a text that has begun. */
  quoted: boolean;
  /** What is written between its begin and the cursor, without the quote. */
  typed: string;
}

export interface ScannedText {
  /** By JSON path, as problems name them: `$.conditions.all[0].fact`. */
  places: Map<string, Place>;
  context: CursorContext | null;
}

interface Token extends Place {
  mark: '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'word';
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[{}[\]:,]|[^\s"{}[\]:,]+/g;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(([found], index, all) => {
    const from = all[index]?.index ?? 0;
    const [first = ''] = found;
    const mark = first === '"' ? 'string' : '{}[]:,'.includes(found) ? found : 'word';
    return { mark: mark as Token['mark'], from, to: from + found.length };
  });
}

interface Open extends Frame {
  path: string;
  start: number;
  count: number;
  key: string | null;
  /** Whether a colon was read after the key. */
  afterColon: boolean;
}

/** Reads a text, however unfinished it is. */
export function scanText(text: string, cursor: number | null = null): ScannedText {
  const places = new Map<string, Place>([['$', { from: 0, to: text.length }]]);
  const open: Open[] = [];
  let context: CursorContext | null = null;

  const contextAt = (token: Token | null): CursorContext => {
    const at = cursor ?? 0;
    const frame = open.at(-1);
    const from = token?.from ?? at;
    const to = token?.to ?? at;
    const quoted = token?.mark === 'string';
    const typed = text.slice(from + (quoted ? 1 : 0), at);
    const role =
      frame === undefined ? 'none' : frame.kind === 'object' && !frame.afterColon ? 'key' : 'value';
    const step = frame === undefined ? null : frame.kind === 'array' ? frame.count : frame.key;
    return { frames: [...open], role, step, from, to, quoted, typed };
  };

  for (const token of tokensOf(text)) {
    if (cursor !== null && context === null && token.to >= cursor) {
      if (holds(token, cursor, text)) context = contextAt(token);
      else if (token.from >= cursor) context = contextAt(null);
    }
    read(token, { text, open, places });
  }
  if (cursor !== null && context === null) context = contextAt(null);
  for (const frame of open)
    if (frame.path !== '$') places.set(frame.path, { from: frame.start, to: text.length });
  return { places, context };
}

/** Whether the cursor stands in a text or word, or right behind one that is not closed. */
function holds({ mark, from, to }: Token, cursor: number, text: string): boolean {
  if (mark === 'word') return cursor > from && cursor <= to;
  if (mark !== 'string' || cursor <= from) return false;
  const isClosed = to - from > 1 && text[to - 1] === '"';
  return isClosed ? cursor < to : cursor <= to;
}

function read(
  token: Token,
  { text, open, places }: { text: string; open: Open[]; places: Map<string, Place> },
): void {
  const frame = open.at(-1);
  const { mark, from, to } = token;
  switch (mark) {
    case '{':
    case '[': {
      const path = frame === undefined ? '$' : childPath(frame);
      const step = frame === undefined ? null : frame.kind === 'array' ? frame.count : frame.key;
      const kind = mark === '{' ? 'object' : 'array';
      open.push({
        kind,
        step,
        entries: new Map(),
        path,
        start: from,
        count: 0,
        key: null,
        afterColon: false,
      });
      return;
    }
    case '}':
    case ']': {
      const closed = open.pop();
      if (closed !== undefined) places.set(closed.path, { from: closed.start, to });
      return;
    }
    case ':':
      if (frame?.kind === 'object') frame.afterColon = true;
      return;
    case ',':
      if (frame === undefined) return;
      frame.count += 1;
      frame.key = null;
      frame.afterColon = false;
      return;
    case 'string':
    case 'word': {
      if (frame === undefined) return;
      const content = mark === 'string' ? unquoted(text.slice(from, to)) : null;
      if (frame.kind === 'object' && !frame.afterColon) {
        if (content === null) return;
        frame.key = content;
        frame.entries.set(content, null);
        places.set(`${childPath(frame)} key`, { from, to });
        return;
      }
      if (frame.kind === 'object' && frame.key !== null) frame.entries.set(frame.key, content);
      places.set(childPath(frame), { from, to });
      return;
    }
  }
}

function unquoted(written: string): string {
  try {
    return JSON.parse(written) as string;
  } catch {
    return written.replace(/^"|"$/g, '');
  }
}

function childPath({ kind, path, count, key }: Open): string {
  if (kind === 'array') return `${path}[${count}]`;
  const name = key ?? '';
  return /^[$A-Za-z_][\w$]*$/.test(name) ? `${path}.${name}` : `${path}['${name.replaceAll("'", "\\'")}']`;
}

/**
 * Where to mark what is said of a path: the value itself, or of one that is longer than a line its key, its verdict
 * where it is an example, or its first line; of what is missing the object that misses it.
 */
export function placeOf(text: string, { path, message }: { path: string; message: string }): Place {
  const position = path === '$' ? /position (\d+)/.exec(message)?.[1] : undefined;
  if (position !== undefined) return characterAt(text, Number(position));
  if (path === '$' && message.includes('end of JSON')) return characterAt(text, text.length);
  const { places } = scanText(text);
  for (let place = path; place !== '$'; place = parentOf(place)) {
    const value = places.get(place);
    if (value === undefined) continue;
    const end = text.indexOf('\n', value.from);
    if (end < 0 || end >= value.to) return value;
    const verdict = place === path ? places.get(`${place}.verdict`) : undefined;
    return places.get(`${place} key`) ?? verdict ?? { from: value.from, to: end };
  }
  const first = /\S/.exec(text)?.index ?? 0;
  return { from: first, to: Math.min(text.length, first + 1) };
}

function parentOf(path: string): string {
  const parent = path.replace(/(?:\.[\w$]+|\[\d+\]|\['(?:[^'\\]|\\.)*'\])$/, '');
  return parent === path ? '$' : parent;
}

function characterAt(text: string, position: number): Place {
  const from = Math.max(0, Math.min(position, text.length - 1));
  return { from, to: Math.min(text.length, from + 1) };
}
