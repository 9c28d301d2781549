/** What every page is given. */
import type { RouteParams } from './route.js';

export interface PageProps {
  /** What the address says at the names of the pattern, decoded. */
  params: RouteParams;
  /** What follows the question mark in the address. */
  query: URLSearchParams;
}
