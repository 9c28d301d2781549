/**
 * JSON as people write it in files: read strictly, with the place of what is wrong. A number of at most 15 significant
 * digits survives the way through a JavaScript number exactly; one with more is refused, never rounded.
 */
import type { JsonValue } from '../../core/json.js';
import type { Problem } from '../../core/problem.js';

export type ParsedJson = { value: JsonValue } | { problems: Problem[] };

const SIGNIFICANT_DIGITS = 15;
/** No file of ours is nearly as deep; deeper is an attack on whatever walks the value. */
const MAX_DEPTH = 100;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const LITERAL = /true|false|null/y;
const ESCAPES = /^(?:[^\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*$/;

/**
 * Reads a JSON text. Every problem's path is the JSON path of the place, with `where` (a file's name) before it; a
 * problem of syntax names line and column. A byte order mark is left out. The key `__proto__` is a key like others.
 */
export function parseJson(text: string, where = ''): ParsedJson {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const problems = new Scanner(source).scan();
  if (problems.length > 0) {
    return { problems: problems.map((problem) => ({ ...problem, path: located(where, problem.path) })) };
  }
  return { value: JSON.parse(source) as JsonValue };
}

function located(where: string, path: string): string {
  return where === '' ? path : `${where}: ${path}`;
}

/** The JSON path of a key below a path, `.key` where it is a plain word. */
export function jsonPathKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__' ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Where the scanner stands in an array (`key` is null) or in an object (`index` counts nothing). */
interface Frame {
  isArray: boolean;
  index: number;
  key: string | null;
}

class SyntaxProblem extends Error {}

/** Walks the text once, without recursion, keeping the path of where it stands. */
class Scanner {
  private at = 0;
  private readonly frames: Frame[] = [];
  private readonly problems: Problem[] = [];

  constructor(private readonly text: string) {}

  scan(): Problem[] {
    try {
      this.document();
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problems.push(this.syntaxProblem(error.message));
    }
    return this.problems;
  }

  private document(): void {
    this.space();
    while (this.opensOrEnds()) {
      // Each turn reads one value, or one opening of an array or object.
    }
    if (this.at < this.text.length) throw new SyntaxProblem('nothing more after the end of the value');
  }

  /** Reads one value and what follows it, up to the next value; false at the end of the document. */
  private opensOrEnds(): boolean {
    const start = this.text[this.at];
    if (start === '{' || start === '[') {
      if (this.frames.length === MAX_DEPTH) throw new SyntaxProblem(`at most ${MAX_DEPTH} levels of nesting`);
      this.at += 1;
      this.space();
      const isArray = start === '[';
      if (this.text[this.at] !== (isArray ? ']' : '}')) {
        const frame: Frame = { isArray, index: 0, key: null };
        this.frames.push(frame);
        if (!isArray) this.key(frame);
        return true;
      }
      this.at += 1;
      this.space();
    } else {
      this.scalar(start);
    }
    return this.next();
  }

  /** After a value: closes what ends here and goes to the next value, false where there is none. */
  private next(): boolean {
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame === undefined) return false;
      const mark = this.text[this.at];
      if (mark === ',') {
        this.at += 1;
        this.space();
        frame.index += 1;
        if (!frame.isArray) this.key(frame);
        return true;
      }
      const close = frame.isArray ? ']' : '}';
      if (mark !== close) throw new SyntaxProblem(`"," or "${close}"`);
      this.at += 1;
      this.space();
      this.frames.pop();
    }
  }

  private key(frame: Frame): void {
    if (this.text[this.at] !== '"') throw new SyntaxProblem('a key in double quotes');
    frame.key = this.string();
    this.space();
    if (this.text[this.at] !== ':') throw new SyntaxProblem('":" after the key');
    this.at += 1;
    this.space();
  }

  private scalar(start: string | undefined): void {
    if (start === '"') this.string();
    else if (start !== undefined && (start === '-' || (start >= '0' && start <= '9'))) this.number();
    else if (this.match(LITERAL) === '') throw new SyntaxProblem('a value');
    this.space();
  }

  /** Steps over a string and gives its raw content, escapes and all. */
  private string(): string {
    const start = this.at + 1;
    let end = this.text.indexOf('"', start);
    let escaped = false;
    while (end > 0 && this.isEscaped(end)) {
      escaped = true;
      end = this.text.indexOf('"', end + 1);
    }
    if (end < 0) throw new SyntaxProblem('a string that ends with a double quote');
    const content = this.text.slice(start, end);
    for (let index = 0; index < content.length; index += 1) {
      const code = content.charCodeAt(index);
      if (code < 0x20) {
        this.at = start + index;
        throw new SyntaxProblem('no line break or control character inside a string');
      }
      if (code === 0x5c) escaped = true;
    }
    if (escaped) this.escapes(content, start);
    this.at = end + 1;
    return content;
  }

  private escapes(content: string, start: number): void {
    for (let index = content.indexOf('\\'); index >= 0;) {
      const length = content[index + 1] === 'u' ? 6 : 2;
      if (!ESCAPES.test(content.slice(index, index + length)) || index + length > content.length) {
        this.at = start + index;
        throw new SyntaxProblem('a known escape (such as \\\\, \\" or \\u0041) after the backslash');
      }
      index = content.indexOf('\\', index + length);
    }
  }

  /** Whether the quote is preceded by an odd number of backslashes. */
  private isEscaped(quote: number): boolean {
    let backslashes = 0;
    while (this.text[quote - 1 - backslashes] === '\\') backslashes += 1;
    return backslashes % 2 === 1;
  }

  private number(): void {
    const start = this.at;
    const source = this.match(NUMBER);
    const after = this.text[this.at];
    if (source === '' || (after !== undefined && /[\w.+-]/.test(after))) {
      this.at = start;
      throw new SyntaxProblem('a number such as 12, -0.5 or 1e3');
    }
    if (source.length > SIGNIFICANT_DIGITS && significantDigits(source) > SIGNIFICANT_DIGITS) {
      this.refuse(`${clip(source)} has more than ${SIGNIFICANT_DIGITS} significant digits: send a string`);
    } else if (source.length > 3 && !Number.isFinite(Number(source))) {
      this.refuse(`${clip(source)} is too large`);
    }
  }

  private refuse(message: string): void {
    this.problems.push({ path: this.path(), code: 'OW_JSON_NUMBER', message });
  }

  private space(): void {
    const code = this.text.charCodeAt(this.at);
    if (code <= 0x20) this.match(SPACE);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private path(): string {
    const parts = this.frames.map(({ isArray, index, key }) =>
      isArray ? `[${index}]` : jsonPathKey(JSON.parse(`"${key ?? ''}"`) as string),
    );
    return `$${parts.join('')}`;
  }

  private syntaxProblem(expected: string): Problem {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    const column = this.at - (before.lastIndexOf('\n') + 1) + 1;
    const found =
      this.at >= this.text.length ? 'the text ends' : `found ${JSON.stringify(this.text[this.at])}`;
    return {
      path: '$',
      code: 'OW_JSON_SYNTAX',
      message: `Not JSON: line ${line}, column ${column}: expected ${expected}, ${found}`,
    };
  }
}

/** Zeros before the first and after the last other digit don't count: they cost no precision. */
function significantDigits(source: string): number {
  const digits = source.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '').length;
}

function clip(source: string): string {
  return source.length > 40 ? `${source.slice(0, 40)}...` : source;
}
