/** JSON paths as they are shown to the author of a file: `$.conditions.all[0].fact`, `$.facts['order.units']`. */

export function childPath(path: string, part: string | number): string {
  if (typeof part === 'number') return `${path}[${part}]`;
  return /^[$A-Za-z_][\w$]*$/.test(part) ? `${path}.${part}` : `${path}['${part.replaceAll("'", "\\'")}']`;
}

/** The path of a JSON pointer (RFC 6901), which is how ajv names a place. */
export function pathOfPointer(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => childPath(path, /^\d+$/.test(part) ? Number(part) : part), '$');
}
