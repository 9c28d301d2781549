/** Draws a chart: rows and their load, the axis, the bars, what is chosen and what has the focus. */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- bars, rows and lanes are named by their place, which is below the column's length */
import { barsOfOrder, type ChartModel } from './chart-model.js';
import { AXIS, NAMES, STRIP, rowAt, type ChartLayout } from './chart-layout.js';
import { barsIn, columnsIn, SHADES, showsBars, type Window } from './level-of-detail.js';
import { firstLoadAfter, loadKey, shareOf, type RowLoad } from './load-strip.js';
import type { PlantTime } from './plant-time.js';
import type { Viewport } from './viewport.js';

const COLOURS = [
  '--surface',
  '--sunken',
  '--ground',
  '--line',
  '--line-strong',
  '--text',
  '--muted',
  '--accent',
  '--focus',
  '--bad',
  '--bad-soft',
  '--bar-1',
  '--bar-2',
  '--bar-3',
  '--bar-4',
  '--bar-5',
  '--bar-6',
] as const;
type Colour = (typeof COLOURS)[number];
export type Palette = Record<Colour, string> & { letters: string };
const HUES = ['--bar-1', '--bar-2', '--bar-3', '--bar-4', '--bar-5', '--bar-6'] as const;

/** From so many pixels on a bar is told apart from the one beside it, and one has its order's name in it. */
const APART = 4;
const NAMED = 34;
const APART_LOAD = 10;
const TICK_ROOM = 92;
/** What is not of the order that is chosen. */
const FADED = 0.28;

/** The colours as they are now: what a style says of light and dark is not what a canvas understands. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const read = (colour: Colour): [Colour, string] => {
    probe.style.color = `var(${colour})`;
    return [colour, getComputedStyle(probe).color];
  };
  const palette = Object.fromEntries(COLOURS.map(read)) as Record<Colour, string>;
  probe.remove();
  return { ...palette, letters: getComputedStyle(element).fontFamily };
}

export interface Scene {
  model: ChartModel;
  layout: ChartLayout;
  load: ReadonlyMap<string, RowLoad>;
  time: PlantTime;
  view: Viewport;
  /** How far down the rows are scrolled. */
  scroll: number;
  width: number;
  height: number;
  /** The order that is chosen, and the bars that it waited for. */
  chosen: number | null;
  chain: readonly number[];
  /** The bars with the focus and under the pointer; -1: none. */
  focused: number;
  hovered: number;
  palette: Palette;
}

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, palette } = scene;
  context.globalAlpha = 1;
  context.fillStyle = palette['--surface'];
  context.fillRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(NAMES, AXIS, width - NAMES, height - AXIS);
  context.clip();
  const rows = visibleRows(scene);
  for (const row of rows) paintAvailability(context, scene, row);
  const ticks = scene.time.ticks(
    instantAt(scene, NAMES),
    instantAt(scene, width),
    Math.max(2, (width - NAMES) / TICK_ROOM),
  );
  for (const { time, isMajor } of ticks) {
    context.fillStyle = isMajor ? palette['--line-strong'] : palette['--line'];
    context.fillRect(Math.round(xOf(scene, time)), AXIS, 1, height - AXIS);
  }
  const window = { ...scene.view, width: width - NAMES };
  const hasBars = showsBars(scene.model, lanesOf(scene, rows), window);
  for (const row of rows) {
    for (const lane of lanesOf(scene, [row])) paintLane(context, scene, lane, hasBars ? null : window);
    paintLoad(context, scene, row);
  }
  paintChosen(context, scene);
  for (const bar of [scene.hovered, scene.focused]) if (bar >= 0) outline(context, scene, bar);
  context.restore();
  paintNames(context, scene, rows);
  paintAxis(context, scene, ticks);
}

/** Pixels per second. */
function scaleOf({ view, width }: Scene): number {
  return (width - NAMES) / (view.to - view.from);
}

function x(scene: Scene, seconds: number): number {
  return NAMES + (seconds - scene.view.from) * scaleOf(scene);
}

function xOf(scene: Scene, time: number): number {
  return x(scene, (time - scene.model.origin) / 1000);
}

function instantAt(scene: Scene, pixel: number): number {
  const seconds = scene.view.from + (pixel - NAMES) / scaleOf(scene);
  return scene.model.origin + seconds * 1000;
}

function y(scene: Scene, top: number): number {
  return AXIS + top - scene.scroll;
}

function visibleRows(scene: Scene): number[] {
  const { layout, scroll, height } = scene;
  const first = Math.max(0, rowAt(layout, scroll));
  const rows: number[] = [];
  for (let row = first; row < layout.rowTop.length - 1; row++) {
    if (layout.rowTop[row]! >= scroll + height - AXIS) break;
    rows.push(row);
  }
  return rows;
}

/** When nobody works is darker; what is not known to be closed is open. */
function paintAvailability(context: CanvasRenderingContext2D, scene: Scene, row: number): void {
  const { model, layout, load, view, palette, width } = scene;
  const top = y(scene, layout.rowTop[row]!);
  const height = layout.rowTop[row + 1]! - layout.rowTop[row]!;
  const own = load.get(loadKey(model.rows[row]!));
  if (own !== undefined) {
    context.fillStyle = palette['--ground'];
    context.fillRect(NAMES, top, width - NAMES, height);
    context.fillStyle = palette['--surface'];
    let left = NaN;
    let right = NaN;
    for (let at = firstLoadAfter(own, view.from); at < own.start.length && own.start[at]! < view.to; at++) {
      const [from, to] = [x(scene, own.start[at]!), x(scene, own.end[at]!)];
      if (from <= right + 0.5) {
        right = to;
        continue;
      }
      if (!Number.isNaN(left)) context.fillRect(left, top, right - left, height);
      [left, right] = [from, to];
    }
    if (!Number.isNaN(left)) context.fillRect(left, top, right - left, height);
  }
  context.fillStyle = palette['--line'];
  context.fillRect(NAMES, Math.round(top + height) - 1, width - NAMES, 1);
}

function* lanesOf({ model }: Scene, rows: readonly number[]): Generator<number> {
  for (const row of rows) {
    const { firstLane, lanes } = model.rows[row]!;
    for (let lane = firstLane; lane < firstLane + lanes; lane++) yield lane;
  }
}

/** @param columns the window where there is no room for each bar */
function paintLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: number,
  columns: Window | null,
): void {
  const { model, layout, view, width, palette, chosen } = scene;
  const faded = chosen === null ? 1 : FADED;
  context.globalAlpha = faded;
  if (columns === null) {
    const [first, last] = barsIn(model, lane, { ...view, width });
    for (let bar = first; bar < last; bar++) paintBar(context, scene, bar);
  } else {
    const top = y(scene, layout.laneTop[lane]!) + 1;
    const { left, right, shade, late } = columnsIn(model, lane, columns);
    left.forEach((from, run) => {
      context.globalAlpha = faded * (0.25 + (0.6 * shade[run]!) / SHADES);
      context.fillStyle = late[run]! ? palette['--bad'] : palette['--accent'];
      context.fillRect(NAMES + from, top, right[run]! - from, layout.lane - 3);
    });
  }
  context.globalAlpha = 1;
}

function orderOf({ model }: Scene, bar: number): number {
  return model.operations.order[model.bars.operation[bar]!]!;
}

function paintBar(context: CanvasRenderingContext2D, scene: Scene, bar: number): void {
  const { model, layout, palette } = scene;
  const order = orderOf(scene, bar);
  const isLate = model.orders.latenessMinutes[order]! > 0;
  const from = x(scene, model.bars.start[bar]!);
  const length = Math.max(1, x(scene, model.bars.end[bar]!) - from);
  const top = y(scene, layout.laneTop[model.bars.lane[bar]!]!) + 1;
  const height = layout.lane - 3;
  const gap = length > APART ? 1 : 0;
  context.fillStyle = isLate ? palette['--bad-soft'] : palette[HUES[order % HUES.length]!];
  context.fillRect(from, top, length - gap, height);
  if (isLate) {
    context.fillStyle = palette['--bad'];
    context.fillRect(from, top + height - 3, length - gap, 3);
  }
  if (length < NAMED) return;
  const left = Math.max(from, NAMES) + 4;
  const room = from + length - gap - left - 3;
  if (room < NAMED - 10) return;
  context.fillStyle = palette['--text'];
  context.font = `11px ${palette.letters}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(
    fitting(context, model.orders.name[order]!, room),
    left,
    top + height / 2 - (isLate ? 1 : 0),
  );
}

/** As much of a text as fits. */
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = context.measureText(text).width;
  if (width <= room) return text;
  const letters = Math.floor((text.length * room) / width) - 1;
  return letters < 2 ? '' : `${text.slice(0, letters)}…`;
}

function paintLoad(context: CanvasRenderingContext2D, scene: Scene, row: number): void {
  const { model, layout, load, view, palette } = scene;
  const own = load.get(loadKey(model.rows[row]!));
  if (own === undefined) return;
  const top = y(scene, layout.rowTop[row + 1]!) - STRIP - 2;
  for (let at = firstLoadAfter(own, view.from); at < own.start.length && own.start[at]! < view.to; at++) {
    const share = shareOf(own, at);
    if (share === 0) continue;
    const from = x(scene, own.start[at]!);
    const length = Math.max(1, x(scene, own.end[at]!) - from);
    context.globalAlpha = share > 1 ? 1 : 0.15 + 0.85 * share;
    context.fillStyle = share > 1 ? palette['--bad'] : palette['--muted'];
    context.fillRect(from, top, length > APART_LOAD ? length - 1 : length, STRIP);
  }
  context.globalAlpha = 1;
}

/** The order that is chosen, from operation to operation, and what held it up. */
function paintChosen(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, layout, chosen, chain, palette } = scene;
  for (const bar of chain) {
    if (!isVisible(scene, bar)) continue;
    paintBar(context, scene, bar);
    outline(context, scene, bar, true);
  }
  if (chosen === null) return;
  const bars = [...barsOfOrder(model, chosen)].sort(
    (a, b) =>
      model.bars.start[a]! - model.bars.start[b]! || model.bars.operation[a]! - model.bars.operation[b]!,
  );
  context.strokeStyle = palette['--accent'];
  context.lineWidth = 1.5;
  context.beginPath();
  bars.slice(1).forEach((bar, place) => {
    const before = bars[place]!;
    if (model.bars.operation[before] === model.bars.operation[bar]) return;
    const middle = (of: number) => y(scene, layout.laneTop[model.bars.lane[of]!]!) + layout.lane / 2;
    const [from, to] = [x(scene, model.bars.end[before]!), x(scene, model.bars.start[bar]!)];
    context.moveTo(from, middle(before));
    context.lineTo(to, middle(before));
    context.lineTo(to, middle(bar));
  });
  context.stroke();
  for (const bar of bars) {
    if (!isVisible(scene, bar)) continue;
    paintBar(context, scene, bar);
    outline(context, scene, bar);
  }
}

function isVisible({ model, layout, view, scroll, height }: Scene, bar: number): boolean {
  const top = layout.laneTop[model.bars.lane[bar]!]! - scroll;
  return (
    model.bars.end[bar]! > view.from &&
    model.bars.start[bar]! < view.to &&
    top > -layout.lane &&
    top < height - AXIS
  );
}

function outline(context: CanvasRenderingContext2D, scene: Scene, bar: number, isDashed = false): void {
  const { model, layout, palette, focused } = scene;
  const from = x(scene, model.bars.start[bar]!);
  const length = Math.max(3, x(scene, model.bars.end[bar]!) - from);
  const top = y(scene, layout.laneTop[model.bars.lane[bar]!]!);
  context.strokeStyle = bar === focused ? palette['--focus'] : palette['--accent'];
  context.lineWidth = bar === focused ? 2.5 : 1.5;
  context.setLineDash(isDashed ? [4, 3] : []);
  context.strokeRect(from, top, length - 1, layout.lane - 1);
  context.setLineDash([]);
}

function paintNames(context: CanvasRenderingContext2D, scene: Scene, rows: readonly number[]): void {
  const { model, layout, palette, height } = scene;
  context.save();
  context.beginPath();
  context.rect(0, AXIS, NAMES, height - AXIS);
  context.clip();
  context.fillStyle = palette['--sunken'];
  context.fillRect(0, AXIS, NAMES, height - AXIS);
  context.textBaseline = 'middle';
  for (const row of rows) {
    const { name, type, lanes, firstLane, kind } = model.rows[row]!;
    const top = y(scene, layout.rowTop[row]!);
    const bottom = y(scene, layout.rowTop[row + 1]!);
    context.textAlign = 'left';
    context.fillStyle = palette['--text'];
    context.font = `600 12px ${palette.letters}`;
    context.fillText(fitting(context, name, NAMES - 30), 10, top + 11);
    context.font = `11px ${palette.letters}`;
    context.fillStyle = palette['--muted'];
    const beside = kind === 'type' ? 'one pool' : kind === 'company' ? 'no work center' : (type ?? '');
    context.fillText(fitting(context, beside, NAMES - 30), 10, top + 25);
    if (lanes > 1) {
      context.textAlign = 'right';
      for (let lane = 0; lane < lanes; lane++)
        context.fillText(
          String(lane + 1),
          NAMES - 7,
          y(scene, layout.laneTop[firstLane + lane]!) + layout.lane / 2,
        );
    }
    context.fillStyle = palette['--line'];
    context.fillRect(0, Math.round(bottom) - 1, NAMES, 1);
  }
  context.restore();
  context.fillStyle = palette['--line-strong'];
  context.fillRect(NAMES - 1, 0, 1, height);
}

function paintAxis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  ticks: readonly { time: number; text: string; isMajor: boolean }[],
): void {
  const { palette, width, time } = scene;
  context.fillStyle = palette['--sunken'];
  context.fillRect(0, 0, width, AXIS);
  context.fillStyle = palette['--line-strong'];
  context.fillRect(0, AXIS - 1, width, 1);
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, width - NAMES, AXIS);
  context.clip();
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const tick of ticks) {
    const at = xOf(scene, tick.time);
    context.fillStyle = tick.isMajor ? palette['--line-strong'] : palette['--line'];
    context.fillRect(Math.round(at), AXIS - 16, 1, 16);
    context.fillStyle = tick.isMajor ? palette['--text'] : palette['--muted'];
    context.font = `${tick.isMajor ? '600 ' : ''}11px ${palette.letters}`;
    context.fillText(tick.text, at + 4, AXIS - 10);
  }
  context.restore();
  context.fillStyle = palette['--text'];
  context.font = `600 11px ${palette.letters}`;
  context.textAlign = 'left';
  context.fillText(time.range(instantAt(scene, NAMES), instantAt(scene, width)), NAMES + 4, 10);
  context.fillStyle = palette['--muted'];
  context.font = `11px ${palette.letters}`;
  context.fillText(fitting(context, time.zone, NAMES - 16), 10, AXIS - 10);
}
