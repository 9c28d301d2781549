/** Values of one IN list: below SQLite's and SQL Server's limits on the parameters of a statement. */
const MOST_PARAMETERS = 1000;

/** The values in lists that are short enough for the parameters of one statement. */
export function* chunks<T>(values: readonly T[]): Generator<T[]> {
  for (let from = 0; from < values.length; from += MOST_PARAMETERS) {
    yield values.slice(from, from + MOST_PARAMETERS);
  }
}
