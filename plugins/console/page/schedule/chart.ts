/** The chart on its canvas: what is shown of it, and what pointer and keyboard do with it. Draws once a frame at most. */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- bars, rows and lanes are named by their place, which is below the column's length */
import { barAt, barsOfOrder, firstEndingAfter, type ChartModel } from './chart-model.js';
import { AXIS, NAMES, laneAt, layoutOf, rowAt, type ChartLayout } from './chart-layout.js';
import type { RowLoad } from './load-strip.js';
import { paint, paletteOf, type Palette } from './paint.js';
import { plantTime, type PlantTime } from './plant-time.js';
import { around, panned, wholeOf, zoomed, type Viewport } from './viewport.js';

/** Pixels that a pointer may miss a bar by, and that it may move without having dragged. */
const NEAR = 4;
const ZOOM_STEP = 1.4;

export interface Pointed {
  /** In pixels of the chart. */
  x: number;
  y: number;
  bar: number;
  /** The row of the load strip or of the names that is pointed at; -1: none. */
  row: number;
  /** Seconds since the plan's origin. */
  time: number;
}

export interface ChartEvents {
  /** The height of the axis and all rows. */
  onHeight: (height: number) => void;
  onView: (view: Viewport) => void;
  onPoint: (pointed: Pointed | null) => void;
  onChoose: (order: number | null) => void;
  onFocus: (bar: number) => void;
}

export class Chart {
  view: Viewport;
  private layout: ChartLayout;
  private readonly whole: Viewport;
  private readonly time: PlantTime;
  private readonly context: CanvasRenderingContext2D;
  private readonly listening = new AbortController();
  private readonly observer: ResizeObserver;
  private readonly themes: MutationObserver;
  private palette: Palette;
  private load: ReadonlyMap<string, RowLoad> = new Map();
  private chosen: number | null = null;
  private chain: readonly number[] = [];
  private focused = -1;
  private hovered = -1;
  private width = 0;
  private height = 0;
  private frame = 0;
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private dragged = 0;

  /** @param scroller scrolls the rows; the canvas stays in its place within it. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly model: ChartModel,
    private readonly events: ChartEvents,
  ) {
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This browser draws no canvas');
    this.context = context;
    this.layout = layoutOf(model, scroller.clientHeight - AXIS);
    this.whole = wholeOf(model);
    this.view = this.whole;
    this.time = plantTime(model.timeZone);
    this.palette = paletteOf(scroller);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(scroller);
    this.themes = new MutationObserver(() => this.recolour());
    this.themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.listen();
    this.resize();
  }

  close(): void {
    this.listening.abort();
    this.observer.disconnect();
    this.themes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  showLoad(load: ReadonlyMap<string, RowLoad>): void {
    this.load = load;
    this.draw();
  }

  /** @param chain the bars that the order waited for */
  choose(order: number | null, chain: readonly number[]): void {
    this.chosen = order;
    this.chain = chain;
    this.draw();
  }

  zoom(factor: number, at = 0.5): void {
    this.look(zoomed(this.view, factor, at, this.whole));
  }

  fit(): void {
    this.look(this.whole);
  }

  /** Shows an order with some time around it, and the row where it begins. */
  goTo(order: number): void {
    const { start, end, lane } = this.model.bars;
    const bars = [...barsOfOrder(this.model, order)];
    const [first] = bars.sort((a, b) => start[a]! - start[b]!);
    if (first === undefined) return;
    this.look(around(start[first]!, Math.max(...bars.map((bar) => end[bar]!)), this.whole));
    this.scrollTo(lane[first]!);
  }

  private look(view: Viewport): void {
    this.view = view;
    this.events.onView(view);
    this.draw();
  }

  private draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      paint(this.context, { ...this.scene(), scroll: this.scroller.scrollTop });
    });
  }

  private scene() {
    const { model, layout, load, time, view, width, height, chosen, chain, focused, hovered, palette } = this;
    return { model, layout, load, time, view, width, height, chosen, chain, focused, hovered, palette };
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.scroller;
    const ratio = window.devicePixelRatio;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.canvas.style.width = `${clientWidth}px`;
    this.canvas.style.height = `${clientHeight}px`;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.layout = layoutOf(this.model, clientHeight - AXIS);
    this.events.onHeight(AXIS + this.layout.height);
    this.draw();
  }

  private recolour(): void {
    this.palette = paletteOf(this.scroller);
    this.draw();
  }

  private listen(): void {
    const { scroller } = this;
    const { signal } = this.listening;
    scroller.addEventListener('scroll', () => this.draw(), { signal });
    scroller.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    scroller.addEventListener('pointerdown', (event) => this.down(event), { signal });
    scroller.addEventListener('pointermove', (event) => this.move(event), { signal });
    scroller.addEventListener('pointerup', (event) => this.up(event), { signal });
    scroller.addEventListener('pointercancel', (event) => this.leave(event), { signal });
    scroller.addEventListener('pointerleave', (event) => this.leave(event), { signal });
    scroller.addEventListener('keydown', (event) => this.key(event), { signal });
    scroller.addEventListener('blur', () => this.focus(-1), { signal });
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.recolour(), { signal });
  }

  private wheel(event: WheelEvent): void {
    const { x } = this.at(event);
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (x < NAMES && !isSideways) return;
    event.preventDefault();
    const by = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    if (isSideways) this.pan((event.deltaX === 0 ? event.deltaY : event.deltaX) * by);
    else this.zoom(Math.exp(event.deltaY * by * 0.0022), this.shareAt(x));
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const point = this.at(event);
    if (point.x > this.width) return;
    this.pointers.set(event.pointerId, point);
    this.dragged = 0;
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    const point = this.at(event);
    if (before === undefined) {
      this.hover(point);
      return;
    }
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, point);
    this.dragged += Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
    if (this.dragged <= NEAR) return;
    // Also outside of the chart the drag goes on; a press alone must stay with what it was on.
    if (!this.scroller.hasPointerCapture(event.pointerId)) this.scroller.setPointerCapture(event.pointerId);
    const [, other] = others[0] ?? [];
    if (other !== undefined) {
      const spread = (of: { x: number }) => Math.max(20, Math.abs(of.x - other.x));
      this.zoom(spread(before) / spread(point), this.shareAt((point.x + other.x) / 2));
      return;
    }
    this.hover(null);
    this.pan(before.x - point.x);
    this.scroller.scrollTop += before.y - point.y;
  }

  private up(event: PointerEvent): void {
    const pressed = this.pointers.delete(event.pointerId);
    if (!pressed || this.dragged > NEAR) return;
    const { bar } = this.pointed(this.at(event));
    this.events.onChoose(bar < 0 ? null : this.orderOf(bar));
    if (bar >= 0) this.focus(bar);
  }

  private leave(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    this.hover(null);
  }

  private hover(point: { x: number; y: number } | null): void {
    const pointed = point === null ? null : this.pointed(point);
    const bar = pointed?.bar ?? -1;
    if (bar !== this.hovered) this.draw();
    this.hovered = bar;
    this.events.onPoint(pointed !== null && (bar >= 0 || pointed.row >= 0) ? pointed : null);
  }

  private pointed({ x, y }: { x: number; y: number }): Pointed {
    const time = this.view.from + this.shareAt(x) * (this.view.to - this.view.from);
    const none = { x, y, bar: -1, row: -1, time };
    if (y < AXIS) return none;
    const down = y - AXIS + this.scroller.scrollTop;
    if (x < NAMES) return { ...none, row: rowAt(this.layout, down) };
    const lane = laneAt(this.layout, this.model, down);
    if (lane < 0) return { ...none, row: rowAt(this.layout, down) };
    const within = (NEAR * (this.view.to - this.view.from)) / (this.width - NAMES);
    return { ...none, bar: barAt(this.model, lane, time, within) };
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.actionOf(event);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private actionOf({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
    const page = (this.width - NAMES) / 4;
    const far: Record<string, () => void> = {
      ArrowLeft: () => this.pan(-page),
      ArrowRight: () => this.pan(page),
      ArrowUp: () => this.scroller.scrollBy(0, -this.layout.lane * 3),
      ArrowDown: () => this.scroller.scrollBy(0, this.layout.lane * 3),
    };
    const near: Record<string, () => void> = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      ArrowUp: () => this.stepLane(-1),
      ArrowDown: () => this.stepLane(1),
      Enter: () => this.focused >= 0 && this.events.onChoose(this.orderOf(this.focused)),
      ' ': () => this.focused >= 0 && this.events.onChoose(this.orderOf(this.focused)),
      Escape: () => this.events.onChoose(null),
      '+': () => this.zoom(1 / ZOOM_STEP),
      '=': () => this.zoom(1 / ZOOM_STEP),
      '-': () => this.zoom(ZOOM_STEP),
      '0': () => this.fit(),
      Home: () => this.fit(),
    };
    return (shiftKey ? far[key] : undefined) ?? near[key];
  }

  /** The bar before or after in its lane; the first one seen where none has the focus. */
  private step(by: number): void {
    const { laneFrom, bars } = this.model;
    if (this.focused < 0) {
      this.focusFirst();
      return;
    }
    const lane = bars.lane[this.focused]!;
    const next = this.focused + by;
    if (next >= laneFrom[lane]! && next < laneFrom[lane + 1]!) this.focus(next);
  }

  private stepLane(by: number): void {
    const { laneFrom, laneNumber, bars } = this.model;
    if (this.focused < 0) {
      this.focusFirst();
      return;
    }
    const time = Math.max(this.view.from, bars.start[this.focused]!);
    for (let lane = bars.lane[this.focused]! + by; lane >= 0 && lane < laneNumber.length; lane += by) {
      const [first, end] = [laneFrom[lane]!, laneFrom[lane + 1]!];
      if (first === end) continue;
      this.focus(Math.min(end - 1, firstEndingAfter(this.model, lane, time)));
      return;
    }
  }

  private focusFirst(): void {
    const { laneNumber, laneFrom } = this.model;
    for (let lane = 0; lane < laneNumber.length; lane++) {
      const bar = firstEndingAfter(this.model, lane, this.view.from);
      if (bar >= laneFrom[lane + 1]!) continue;
      this.focus(bar);
      return;
    }
  }

  private focus(bar: number): void {
    if (bar === this.focused) return;
    this.focused = bar;
    this.events.onFocus(bar);
    if (bar >= 0) this.reveal(bar);
    this.draw();
  }

  private reveal(bar: number): void {
    const { start, end, lane } = this.model.bars;
    const span = this.view.to - this.view.from;
    const isSeen =
      start[bar]! >= this.view.from && Math.min(end[bar]!, start[bar]! + span / 4) <= this.view.to;
    if (!isSeen) this.look(panned(this.view, start[bar]! - this.view.from - span / 4, this.whole));
    this.scrollTo(lane[bar]!);
  }

  private scrollTo(lane: number): void {
    const top = this.layout.laneTop[lane]!;
    const { scrollTop } = this.scroller;
    const room = this.height - AXIS;
    if (top < scrollTop) this.scroller.scrollTop = top - this.layout.lane;
    else if (top + this.layout.lane > scrollTop + room)
      this.scroller.scrollTop = top + 2 * this.layout.lane - room;
  }

  private pan(pixels: number): void {
    const seconds = (pixels * (this.view.to - this.view.from)) / (this.width - NAMES);
    this.look(panned(this.view, seconds, this.whole));
  }

  private shareAt(x: number): number {
    return Math.max(0, Math.min(1, (x - NAMES) / (this.width - NAMES)));
  }

  private orderOf(bar: number): number {
    return this.model.operations.order[this.model.bars.operation[bar]!]!;
  }

  private at({ clientX, clientY }: { clientX: number; clientY: number }): { x: number; y: number } {
    const { left, top } = this.scroller.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
