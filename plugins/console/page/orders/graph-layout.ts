/** Places of boxes and lines: the state chart, and the steps of an order by batch. Pure. */
import { Graph, layout } from '@dagrejs/dagre';
import type { OrderStep, StepDependency } from './order.js';
import type { Move } from './state-model.js';

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface PlacedState extends Box {
  state: string;
}

export interface PlacedMove extends Move {
  points: Point[];
  label: Box;
}

export interface StateChartLayout {
  width: number;
  height: number;
  states: PlacedState[];
  moves: PlacedMove[];
}

const STATE = { width: 96, height: 36 };
const LABEL_HEIGHT = 26;
const LABEL_LETTER = 6.8;
const LABEL_PADDING = 20;

/** The states from left to right as the moves lead on. */
export function stateChartLayout(states: readonly string[], moves: readonly Move[]): StateChartLayout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 14, ranksep: 18, marginx: 6, marginy: 6 });
  for (const state of states) graph.setNode(state, { ...STATE });
  for (const { from, to, operation } of moves) {
    const width = operation.length * LABEL_LETTER + LABEL_PADDING;
    const back = states.indexOf(to) < states.indexOf(from);
    const label = { width, height: LABEL_HEIGHT, labelpos: 'c', weight: back ? 1 : 3 };
    graph.setEdge(from, to, label, operation);
  }
  layout(graph);
  const placed = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    states: states.map((state) => ({ state, ...(graph.node(state) as unknown as Box) })),
    moves: moves.map((move) => {
      const edge = graph.edge({ v: move.from, w: move.to, name: move.operation }) as unknown as Box & {
        points: Point[];
      };
      const { x, y, width, height, points } = edge;
      return { ...move, points, label: { x, y, width, height } };
    }),
  };
}

export interface PlacedStep extends Box {
  step: OrderStep;
}

export interface PlacedDependency {
  dependency: StepDependency;
  points: Point[];
}

export interface StepGraphLayout {
  width: number;
  height: number;
  steps: PlacedStep[];
  dependencies: PlacedDependency[];
}

const STEP = { width: 136, height: 40 };

/** The steps from left to right as they wait for each other; those of one batch side by side. */
export function stepGraphLayout(
  steps: readonly OrderStep[],
  dependencies: readonly StepDependency[],
): StepGraphLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 34, marginx: 4, marginy: 4 });
  const known = new Set(steps.map(({ id }) => id));
  const byBatch = [...steps].sort(
    (a, b) => compare(a.source, b.source) || a.batch - b.batch || a.position - b.position,
  );
  for (const { id } of byBatch) graph.setNode(id, { ...STEP });
  // A dependency on another order's step has one end here only; it is told in the list.
  const within = dependencies.filter(({ from, to }) => known.has(from) && known.has(to));
  for (const { from, to } of within) graph.setEdge(from, to, {});
  layout(graph);
  const placed = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    steps: byBatch.map((step) => ({ step, ...(graph.node(step.id) as unknown as Box) })),
    dependencies: within.map((dependency) => {
      const edge = graph.edge(dependency.from, dependency.to) as unknown as { points: Point[] };
      return { dependency, points: edge.points };
    }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A smooth line through points, for an SVG path. */
export function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${round(first.x)},${round(first.y)}`;
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) path += ` L${round(point.x)},${round(point.y)}`;
    else {
      const middle = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
      path += ` Q${round(point.x)},${round(point.y)} ${round(middle.x)},${round(middle.y)}`;
    }
  }
  return path;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
