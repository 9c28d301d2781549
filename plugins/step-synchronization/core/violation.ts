/** Reasons of this plugin's own, beside those of the rule files. */
export { refusal as violation } from '../../../src/index.js';

/** The first ten names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - 10;
  return more > 0 ? `${names.slice(0, 10).join(', ')} and ${more} more` : names.join(', ');
}
