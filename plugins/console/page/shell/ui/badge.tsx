/** A word with the colour of what it says; the word alone says it too. */
import type { ReactNode } from 'react';

export type BadgeTone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';

export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

const SPELLED: Record<string, string> = { InProgress: 'In progress' };

/** `InProgress` as a reader has it. */
export function spelled(state: string): string {
  return SPELLED[state] ?? state;
}

/** A state of an order, material or step, with its colour; what is canceled is terminated. */
export function StateBadge({ state, terminated = false }: { state: string; terminated?: boolean }) {
  return (
    <span className={`badge state state-${state.toLowerCase()}${terminated ? ' state-terminated' : ''}`}>
      {spelled(state)}
      {terminated && state !== 'Canceled' && <span className="state-more"> · terminated</span>}
    </span>
  );
}
