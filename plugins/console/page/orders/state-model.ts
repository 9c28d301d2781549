/** The state model as `GET /state-model` answers it, and what the pages conclude from it. Pure. */

export interface Standing {
  state: string;
  universalState: string;
}

export interface Transition {
  from: Standing;
  operation: string;
  to: Standing;
  automatic: boolean;
  canceledFrom?: string;
}

export interface DescribedOperation {
  name: string;
  title: string;
  permission: string;
  /** JSON Schema of the input. */
  input: InputSchema;
}

export interface InputSchema {
  properties?: Record<string, FieldSchema>;
}

export interface FieldSchema {
  type?: string | string[];
  enum?: string[];
  /** How the text is read: day-or-instant, positive-decimal, tolerance, ... */
  reads?: string;
}

export interface StateModel {
  states: string[];
  transitions: Transition[];
  operations: DescribedOperation[];
}

export function sameStanding(one: Standing, other: Standing): boolean {
  return one.state === other.state && one.universalState === other.universalState;
}

/** What is usually done next with an order as it stands: the operation that leads to the nearest later state. */
export function nextOperation({ states, transitions }: StateModel, standing: Standing): string | null {
  const at = states.indexOf(standing.state);
  const forward = transitions
    .filter(
      ({ from, to, automatic }) =>
        !automatic &&
        sameStanding(from, standing) &&
        to.universalState === 'Active' &&
        states.indexOf(to.state) > at,
    )
    .sort((a, b) => states.indexOf(a.to.state) - states.indexOf(b.to.state));
  return forward[0]?.operation ?? null;
}

/** An operation between two different states; those of one pair are drawn as one line. */
export interface Move {
  from: string;
  to: string;
  operation: string;
  automatic: boolean;
}

/** The moves between states, each once: what leads from a terminated order's state to the same state is none. */
export function movesOf({ transitions }: StateModel): Move[] {
  const moves = new Map<string, Move>();
  for (const { from, to, operation, automatic } of transitions) {
    if (from.state === to.state) continue;
    const move = { from: from.state, to: to.state, operation, automatic };
    moves.set(`${move.from} ${move.operation} ${move.to}`, move);
  }
  return [...moves.values()];
}
