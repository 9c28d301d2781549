/** A name, or a schema and a name with a point between, as T-SQL wants it: `[mes].[ProductionOrder]`. */
export function quoted(name: string): string {
  return name.split('.').map(bracketed).join('.');
}

/** A name that may hold points. */
export function bracketed(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}
