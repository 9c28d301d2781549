/** A plan as text that fits a terminal of 80 columns: work centers down, time across, a letter per order. */
import type { PlannedOrder } from './answer.js';

const WIDTH = 80;
const MOST_LABEL = 20;
/** What is planned on no work center goes by the company's schedule. */
const COMPANY = 'Company';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MINUTE = 60_000;
/** Distances between the marks of the axis, in minutes: the shortest that leaves room for the texts is taken. */
const TICKS = [
  1, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10_080, 20_160, 40_320, 80_640, 161_280, 322_560, 645_120,
];
const TICK_ROOM = 8;
/** From here on, in minutes, a mark is a month: a plan of years has the same day in each of them. */
const MONTHS = 161_280;

interface Bar {
  row: string;
  letter: string;
  start: number;
  end: number;
}

/** Colours the text of one order's letter; `index` tells orders apart. */
export type Paint = (index: number, text: string) => string;

/**
 * The lines of a chart. Two orders in one column of one row show as `*`; orders beyond the letters share them again.
 * @param zone the zone of the axis.
 */
export function gantt(orders: readonly PlannedOrder[], zone: string, paint: Paint = plain): string[] {
  const bars = orders.flatMap((order, index) => barsOf(order, LETTERS[index % LETTERS.length] ?? '?'));
  const [first] = bars;
  if (first === undefined) return [];
  const start = bars.reduce((least, bar) => Math.min(least, bar.start), first.start);
  const end = Math.max(
    start + MINUTE,
    bars.reduce((most, bar) => Math.max(most, bar.end), first.end),
  );
  const rows = [...new Set(bars.map((bar) => bar.row))].sort(
    (a, b) => Number(a === COMPANY) - Number(b === COMPANY) || (a < b ? -1 : 1),
  );
  const label = Math.min(MOST_LABEL, Math.max(...rows.map((row) => row.length)));
  const scale = { start, span: end - start, columns: WIDTH - label - 2 };
  return [
    ...axis(scale, zone).map((line) => `${' '.repeat(label + 2)}${line}`.trimEnd()),
    ...rows.map((row) => {
      const own = bars.filter((bar) => bar.row === row);
      return `${shortened(row, label)}  ${painted(chartRow(own, scale), paint)}`;
    }),
    ...legend(orders, zone, paint),
  ];
}

interface Scale {
  start: number;
  span: number;
  columns: number;
}

function barsOf(order: PlannedOrder, letter: string): Bar[] {
  return order.operations.flatMap((operation): Bar[] => {
    const placements = operation.placements ?? [];
    if (placements.length === 0) return [{ row: COMPANY, letter, ...times(operation) }];
    return placements.map((placement) => ({
      row: placement.workCenter ?? operation.workCenterType ?? COMPANY,
      letter,
      ...times(placement),
    }));
  });
}

function times({ start, end }: { start: string; end: string }): { start: number; end: number } {
  return { start: Date.parse(start), end: Date.parse(end) };
}

function chartRow(bars: readonly Bar[], scale: Scale): string {
  const cells = new Array<string>(scale.columns).fill('.');
  for (const bar of bars) {
    const from = columnOf(bar.start, scale);
    // A bar that is shorter than a column is seen all the same.
    const to = Math.max(from + 1, columnOf(bar.end, scale));
    for (let column = from; column < to && column < scale.columns; column += 1) {
      const there = cells[column];
      cells[column] = there === '.' || there === bar.letter ? bar.letter : '*';
    }
  }
  return cells.join('');
}

function columnOf(time: number, { start, span, columns }: Scale): number {
  return Math.min(columns - 1, Math.floor(((time - start) / span) * columns));
}

/** The days on one line and the times on the next, or the days alone where the marks are days apart. */
function axis(scale: Scale, zone: string): string[] {
  const most = Math.floor(scale.columns / TICK_ROOM);
  const minutes = TICKS.find((tick) => scale.span / (tick * MINUTE) <= most) ?? TICKS.at(-1) ?? 1;
  const day = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    month: '2-digit',
    ...(minutes < MONTHS ? { day: '2-digit' } : { year: 'numeric' }),
  });
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  const days = new Array<string>(scale.columns).fill(' ');
  const clocks = new Array<string>(scale.columns).fill(' ');
  let shownDay = '';
  for (let mark = scale.start; mark < scale.start + scale.span; mark += minutes * MINUTE) {
    const column = columnOf(mark, scale);
    const dayText = day.format(mark);
    if (dayText !== shownDay) put(days, column, dayText);
    shownDay = dayText;
    put(clocks, column, time.format(mark));
  }
  return minutes >= 1440 ? [days.join('')] : [days.join(''), clocks.join('')];
}

/** Writes a text that fits into the rest of the line; half a time says nothing. */
function put(cells: string[], column: number, text: string): void {
  if (column + text.length > cells.length) return;
  for (let index = 0; index < text.length; index += 1) {
    cells[column + index] = text.charAt(index);
  }
}

function plain(_index: number, text: string): string {
  return text;
}

/** Each run of one letter in the colour of its order. */
function painted(row: string, paint: Paint): string {
  return row.replace(/([A-Za-z0-9])\1*/g, (run) => paint(LETTERS.indexOf(run.charAt(0)), run));
}

/** A time in epoch milliseconds as the clock on the wall shows it, `2020-07-03 08:20`. */
export function localText(time: number, zone: string): string {
  return localClock(zone).format(time);
}

/** The same for many times of one zone. */
export function localClock(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
}

function legend(orders: readonly PlannedOrder[], zone: string, paint: Paint): string[] {
  const format = localClock(zone);
  return orders.slice(0, LETTERS.length).map((order, index) => {
    const late = order.late ? `  ${order.latenessMinutes} min late` : '';
    const from = format.format(Date.parse(order.scheduledStart));
    const to = format.format(Date.parse(order.scheduledEnd));
    return `${paint(index, LETTERS[index] ?? '')} ${shortened(order.name, MOST_LABEL).trimEnd()}  ${from} - ${to}${late}`;
  });
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}~`;
}
