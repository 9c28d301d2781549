/** Server-sent events as they come in pieces, and what the page keeps of them. Pure. */

export interface QueuedEvent {
  id: string;
  order: string | null;
  operation: string;
  state: string;
  attempts: number;
  error: string | null;
}

/** How the event queue stands, as `GET /events/stream` tells it. */
export interface QueueNews {
  pending: number;
  claimed: number;
  parked: number;
  oldest: string | null;
  lagSeconds: number;
  parkedEvents: QueuedEvent[];
}

/** The whole messages of a text that may end in the middle of one, and what is left of it. */
export function messagesOf(text: string): { messages: string[]; rest: string } {
  const parts = text.split('\n\n');
  const rest = parts.pop() ?? '';
  const messages = parts.flatMap((part) => {
    const lines = part.split('\n').filter((line) => line.startsWith('data:'));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice(5).trimStart()).join('\n')];
  });
  return { messages, rest };
}

/** How the depth went, one number a second at most; the oldest first. */
export interface Depth {
  at: number;
  waiting: number;
}

const KEPT_MS = 300_000;

export function remembered(before: readonly Depth[], news: QueueNews, at: number): Depth[] {
  const waiting = news.pending + news.claimed;
  return [...before.filter((one) => at - one.at <= KEPT_MS), { at, waiting }];
}

/** The depth as a line in a box, for an SVG path: it stays as it was until it is told otherwise. */
export function depthLine(
  depths: readonly Depth[],
  now: number,
  box: { width: number; height: number },
): string {
  const most = Math.max(1, ...depths.map(({ waiting }) => waiting));
  const x = (at: number) => Math.max(0, box.width * (1 - (now - at) / KEPT_MS));
  const y = (waiting: number) => box.height - (box.height - 2) * (waiting / most) - 1;
  let path = '';
  for (const [index, { at, waiting }] of depths.entries()) {
    const next = depths[index + 1]?.at ?? now;
    path += `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)},${y(waiting).toFixed(1)} L${x(next).toFixed(1)},${y(waiting).toFixed(1)} `;
  }
  return path.trim();
}

/** `45 s`, `3 min`, `2 h`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
