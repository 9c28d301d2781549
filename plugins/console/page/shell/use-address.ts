/** The address that is shown now, and going to another. */
import { useMemo, useSyncExternalStore } from 'react';
import { addressOf, parseAddress, type Address } from './route.js';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

export function useAddress(): Address {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseAddress(hash), [hash]);
}

export function goTo(segments: readonly string[], query: Record<string, string> = {}): void {
  window.location.hash = addressOf(segments, query);
}

/** Keeps what is chosen on a page in its address, without a step of the browser's history for each change. */
export function rememberQuery(segments: readonly string[], query: Record<string, string>): void {
  window.history.replaceState(null, '', addressOf(segments, query));
}
