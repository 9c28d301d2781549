/** A plan as a planner reads it: an order, its operations, where each is placed, and why it is then. */

interface Placement {
  workCenter: string | null;
  lane: number;
  start: string;
  end: string;
  minutes: number;
}

interface Operation {
  name: string;
  product: string;
  batch: number | null;
  repetitions: number;
  start: string;
  end: string;
  workCenterType: string | null;
  placements: Placement[];
}

export interface PlanAnswer {
  orders: {
    name: string;
    scheduledStart: string;
    scheduledEnd: string;
    late: boolean;
    latenessMinutes: number;
    waitedFor: { text: string }[];
    operations: Operation[];
  }[];
  unscheduled: { name: string; code: string; message: string }[];
}

interface Shown {
  proves: string[];
  now: string;
  zone: string;
  answer: PlanAnswer;
  /** What the command tells a person. */
  lines: readonly string[];
}

export function planText({ proves, now, zone, answer, lines }: Shown): string {
  const clock = clockOf(zone);
  const orders = answer.orders.flatMap((order) => [
    '',
    `${order.name}: ${clock.span(order.scheduledStart, order.scheduledEnd)}${
      order.late ? `, ${order.latenessMinutes} min late` : ''
    }`,
    ...order.operations.flatMap((operation) => [
      `  ${operationText(operation)}: ${clock.span(operation.start, operation.end)}`,
      ...runsOf(operation.placements).map((run) => `    ${runText(run, operation, clock)}`),
    ]),
    ...order.waitedFor.map(({ text }) => `  why: ${text}`),
  ]);
  const unscheduled = answer.unscheduled.flatMap(({ name, code, message }) => [
    '',
    `${name} is not scheduled (${code}):`,
    ...message.split('\n').map((line) => `  ${line}`),
  ]);
  const warnings = warningsIn(lines).flatMap((warning) => ['', `warning: ${warning}`]);
  return `${[...proves, '', `Planned ${clock.text(now)}, ${zone}.`, ...orders, ...unscheduled, ...warnings].join('\n')}\n`;
}

function operationText({ name, product, batch, repetitions }: Operation): string {
  return batch === null ? `${name} (${product}) x ${repetitions}` : `${name} batch ${batch} (${product})`;
}

interface Run {
  first: Placement;
  last: Placement;
  count: number;
}

/** Placements of a lane, with those joined that follow each other and hold the same minutes. */
function runsOf(placements: readonly Placement[]): Run[] {
  const runs: Run[] = [];
  for (const placement of placements) {
    const run = runs.findLast(
      ({ last }) => last.workCenter === placement.workCenter && last.lane === placement.lane,
    );
    if (run?.last.end === placement.start && run.last.minutes === placement.minutes) {
      run.last = placement;
      run.count += 1;
    } else {
      runs.push({ first: placement, last: placement, count: 1 });
    }
  }
  return runs;
}

function runText({ first, last, count }: Run, { workCenterType }: Operation, clock: LocalClock): string {
  const where = `${first.workCenter ?? `pool ${workCenterType ?? ''}`}, lane ${first.lane}`;
  const minutes = `${count === 1 ? '' : `${count} x `}${first.minutes} min`;
  return `${where}: ${clock.span(first.start, last.end)}, ${minutes}`;
}

interface LocalClock {
  text(instant: string): string;
  span(start: string, end: string): string;
}

function clockOf(zone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  });
  const partsOf = (instant: string) => {
    const parts = new Map(format.formatToParts(Date.parse(instant)).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
    const seconds = of('second') === '00' ? '' : `:${of('second')}`;
    return {
      day: `${of('weekday')} ${of('year')}-${of('month')}-${of('day')}`,
      time: `${of('hour')}:${of('minute')}${seconds}`,
      offset: of('timeZoneName'),
    };
  };
  const text = (instant: string) => {
    const { day, time } = partsOf(instant);
    return `${day} ${time}`;
  };
  return {
    text,
    span(start, end) {
      const [from, to] = [partsOf(start), partsOf(end)];
      // Where the clocks change in between, the difference of the times is not the length.
      const change = from.offset === to.offset ? '' : ` (${from.offset} to ${to.offset})`;
      const until = from.day === to.day ? to.time : text(end);
      return `${text(start)} - ${until}${change}`;
    },
  };
}

/** The warnings stand right before the line that counts the orders. */
function warningsIn(lines: readonly string[]): string[] {
  const counted = lines.findIndex((line) => /^\d+ orders scheduled/.test(line));
  const before = lines.slice(0, Math.max(0, counted));
  const last = before.findLastIndex((line) => !/^\S.*\.$/.test(line));
  return before.slice(last + 1);
}
