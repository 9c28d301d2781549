/**
 * Flow paths: the address of a position in a flow, `Flow:Rev:Corr/SubFlow:Rev:Corr/Step:Corr`, and the list of all
 * steps behind a flow with its sub-flows expanded (design sections 1 and 3.7, Resolve). A library never changes while
 * it is used: what is worked out for it once is given to every order that shares it.
 */
import type { Flow, FlowItem, FlowLibrary, Step } from './production-order.js';

/** Steps that one flow may expand to. */
export const MAXIMUM_EXPANDED_STEPS = 1_000_000;
/** Characters of all flow paths of one expansion: a million paths of 400 characters. */
const MAXIMUM_PATH_CHARACTERS = 400_000_000;
/** The correlation id of a path's first flow. */
const TOP = '1';
const SHOWN = 200;

export type FlowProblemCode =
  | 'OW_FLOW_PATH_MALFORMED'
  | 'OW_FLOW_PATH_UNKNOWN'
  | 'OW_FLOW_UNKNOWN'
  | 'OW_FLOW_REVISION_UNKNOWN'
  | 'OW_FLOW_REVISION_NOT_EFFECTIVE'
  | 'OW_FLOW_STEP_UNKNOWN'
  | 'OW_FLOW_NAME'
  | 'OW_FLOW_AMBIGUOUS'
  | 'OW_FLOW_CYCLE'
  | 'OW_FLOW_EMPTY'
  | 'OW_FLOW_TOO_LARGE';

export interface FlowRefusal {
  readonly ok: false;
  readonly code: FlowProblemCode;
  /** A sentence that names the flow, revision, step or path in question. */
  readonly problem: string;
}

export interface ExpandedStep {
  /** The canonical flow path: every revision and correlation id written out. */
  readonly path: string;
  readonly step: Step;
}

/** All steps of a flow in their order, sub-flows expanded; a step's position is its index + 1. */
export interface FlowExpansion {
  readonly flow: string;
  readonly revision: string;
  readonly steps: readonly ExpandedStep[];
}

export type ExpandedFlow = { readonly ok: true; readonly expansion: FlowExpansion } | FlowRefusal;

export interface FlowPosition {
  readonly ok: true;
  /** The canonical path of the addressed step. */
  readonly path: string;
  readonly expansion: FlowExpansion;
  /** Index of the addressed step in the expansion. */
  readonly index: number;
  /** The addressed step's facility (design 3.7). */
  readonly facility: string | null;
}

export type ResolvedFlowPath = FlowPosition | FlowRefusal;

/** A flow with its items labelled; the flows that it contains are shared, so a library costs what it is long. */
interface Outline {
  readonly flow: Flow;
  readonly revision: string;
  readonly items: OutlineItem[];
  /** Items by canonical label: `Step:Corr` or `Flow:Rev:Corr`. */
  readonly byLabel: Map<string, number>;
  /** Sub-flows by their short label, `Flow:Corr`. */
  readonly byShortLabel: Map<string, number[]>;
  steps: number;
  characters: number;
}

interface OutlineItem {
  readonly label: string;
  readonly content: Step | Outline;
  /** Steps of the flow before this item. */
  readonly stepsBefore: number;
}

interface Frame {
  readonly key: string;
  readonly outline: Outline;
  readonly occurrences: Map<string, number>;
  next: number;
}

/** The flows of one library, each expanded once however many orders ask for it. */
export class FlowExpansions {
  readonly #library: FlowLibrary;
  readonly #outlines = new Map<string, Outline | FlowRefusal>();
  readonly #expansions = new Map<Outline, FlowExpansion>();
  readonly #positions = new Map<string, ResolvedFlowPath>();

  constructor(library: FlowLibrary) {
    this.#library = library;
  }

  /** All steps of a flow; without a revision of the effective one. */
  expand(flow: string, revision: string | null): ExpandedFlow {
    const outline = this.#outline(flow, revision);
    return isRefusal(outline) ? outline : { ok: true, expansion: this.#expansion(outline) };
  }

  /** The step that a path addresses; of a flow or sub-flow without a step, its first one. */
  resolve(pathText: string): ResolvedFlowPath {
    let position = this.#positions.get(pathText);
    if (position === undefined) {
      position = this.#resolve(pathText);
      this.#positions.set(pathText, position);
    }
    return position;
  }

  #resolve(pathText: string): ResolvedFlowPath {
    const [top = '', ...segments] = pathText.split('/');
    if (top === '' || segments.includes('')) {
      return refuse('OW_FLOW_PATH_MALFORMED', `Flow path ${shown(pathText)} has an empty part`);
    }
    let at = this.#top(top, pathText);
    if (isRefusal(at)) return at;
    const root = at;
    let index = 0;
    for (const [place, segment] of segments.entries()) {
      const item = findItem(at, segment, place < segments.length - 1);
      if (item === null) {
        return refuse(
          'OW_FLOW_PATH_UNKNOWN',
          `Flow path ${shown(pathText)}: ${shown(segment)} is not in flow ${nameOf(at)}`,
        );
      }
      index += item.stepsBefore;
      // Only the last segment may be a step: findItem sees to it.
      if (isOutline(item.content)) at = item.content;
      else return position(this.#expansion(root), index);
    }
    if (at.steps === 0) {
      return refuse(
        'OW_FLOW_EMPTY',
        `Flow path ${shown(pathText)} addresses flow ${nameOf(at)}, which has no step`,
      );
    }
    return position(this.#expansion(root), index);
  }

  /** The first flow of a path: `Flow:Rev:1` where that revision exists, else `Flow:1` for the effective one. */
  #top(segment: string, pathText: string): Outline | FlowRefusal {
    const [rest, correlationId] = splitLast(segment);
    if (rest === null) {
      return refuse(
        'OW_FLOW_PATH_MALFORMED',
        `Flow path ${shown(pathText)}: ${shown(segment)} is not Flow:Revision:CorrelationId`,
      );
    }
    if (correlationId !== TOP) {
      return refuse(
        'OW_FLOW_PATH_UNKNOWN',
        `Flow path ${shown(pathText)}: the correlation id of the first flow is 1, not ${shown(correlationId)}`,
      );
    }
    const [name, revision] = splitLast(rest);
    if (name !== null && this.#find(name, revision) !== undefined) return this.#outline(name, revision);
    if (this.#library.revisions(rest).length > 0 || name === null) return this.#outline(rest, null);
    return this.#outline(name, revision);
  }

  #find(name: string, revision: string): Flow | undefined {
    const wanted = revisionOf(revision);
    return this.#library.revisions(name).find((flow) => revisionOf(flow.revision) === wanted);
  }

  #flow(name: string, revision: string | null): Flow | FlowRefusal {
    const revisions = this.#library.revisions(name);
    if (revisions.length === 0) return refuse('OW_FLOW_UNKNOWN', `Flow ${shown(name)} is unknown`);
    if (revision !== null) {
      return (
        this.#find(name, revision) ??
        refuse(
          'OW_FLOW_REVISION_UNKNOWN',
          `Flow ${shown(name)} has no revision ${shown(revisionOf(revision))}`,
        )
      );
    }
    const [effective, another] = revisions.filter((flow) => flow.effective);
    if (effective === undefined || another !== undefined) {
      return refuse(
        'OW_FLOW_REVISION_NOT_EFFECTIVE',
        `Flow ${shown(name)} has ${effective === undefined ? 'no' : 'more than one'} effective revision`,
      );
    }
    return effective;
  }

  #outline(name: string, revision: string | null): Outline | FlowRefusal {
    const key = keyOf(name, revision);
    const known = this.#outlines.get(key);
    if (known !== undefined) return known;
    const flow = this.#flow(name, revision);
    const outline = 'ok' in flow ? flow : this.#outlineOf(flow);
    this.#outlines.set(key, outline);
    return outline;
  }

  /** Labels a flow and all that it contains, the innermost first; a stack of its own, as flows may nest deep. */
  #outlineOf(top: Flow): Outline | FlowRefusal {
    const known = this.#outlines.get(flowKey(top));
    if (known !== undefined) return known;
    const stack = [frameOf(top)];
    const open = new Set([flowKey(top)]);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const item = frame.outline.flow.items[frame.next];
      if (item === undefined) {
        this.#outlines.set(frame.key, frame.outline);
        open.delete(frame.key);
        stack.pop();
        continue;
      }
      const content = this.#contentOf(item, frame.outline);
      if (isRefusal(content)) return content;
      if ('items' in content && !('byLabel' in content)) {
        // A flow that is not labelled yet: it first, then this item again.
        const key = flowKey(content);
        if (open.has(key)) return cycle(stack, key);
        open.add(key);
        stack.push(frameOf(content));
        continue;
      }
      const refusal = addItem(frame, item, content);
      if (refusal !== null) return refusal;
      frame.next += 1;
    }
    return this.#outlines.get(flowKey(top)) as Outline;
  }

  #contentOf(item: FlowItem, within: Outline): Step | Flow | Outline | FlowRefusal {
    if (item.kind === 'step') {
      return (
        this.#library.step(item.name) ??
        refuse('OW_FLOW_STEP_UNKNOWN', `Step ${shown(item.name)} in flow ${nameOf(within)} is unknown`)
      );
    }
    const key = keyOf(item.name, item.revision);
    const known = this.#outlines.get(key);
    if (known !== undefined) return known;
    const flow = this.#flow(item.name, item.revision);
    if ('ok' in flow) return { ...flow, problem: `${flow.problem} (in flow ${nameOf(within)})` };
    const outline = this.#outlines.get(flowKey(flow));
    if (outline !== undefined) this.#outlines.set(key, outline);
    return outline ?? flow;
  }

  #expansion(outline: Outline): FlowExpansion {
    let expansion = this.#expansions.get(outline);
    if (expansion === undefined) {
      expansion = { flow: outline.flow.name, revision: outline.revision, steps: stepsOf(outline) };
      this.#expansions.set(outline, expansion);
    }
    return expansion;
  }
}

const expansionsOf = new WeakMap<FlowLibrary, FlowExpansions>();

/** The expansions that everyone who holds this library shares. */
export function flowExpansions(library: FlowLibrary): FlowExpansions {
  let expansions = expansionsOf.get(library);
  if (expansions === undefined) {
    expansions = new FlowExpansions(library);
    expansionsOf.set(library, expansions);
  }
  return expansions;
}

/**
 * All steps of a flow in order, with their canonical flow paths; without a revision of the effective one. Refused, by
 * name: an unknown flow, revision or step, a flow that contains itself, more than 1,000,000 steps.
 */
export function expandFlow(library: FlowLibrary, flow: string, revision: string | null): ExpandedFlow {
  return flowExpansions(library).expand(flow, revision);
}

/** The step that a flow path addresses, or why it addresses none. */
export function resolveFlowPath(library: FlowLibrary, pathText: string): ResolvedFlowPath {
  return flowExpansions(library).resolve(pathText);
}

function refuse(code: FlowProblemCode, problem: string): FlowRefusal {
  return { ok: false, code, problem };
}

function isRefusal(value: object): value is FlowRefusal {
  return 'problem' in value;
}

function isOutline(content: Step | Outline): content is Outline {
  return 'byLabel' in content;
}

function shown(text: string): string {
  return `"${text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text}"`;
}

function nameOf(outline: Outline): string {
  return shown(`${outline.flow.name}:${outline.revision}`);
}

/** An empty revision means A (domain 1.4). */
function revisionOf(revision: string): string {
  return revision === '' ? 'A' : revision;
}

function keyOf(name: string, revision: string | null): string {
  return JSON.stringify([name, revision === null ? null : revisionOf(revision)]);
}

function flowKey(flow: Flow): string {
  return keyOf(flow.name, flow.revision);
}

/** What is before and after the last colon; null before it where there is none. */
function splitLast(text: string): [string | null, string] {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? [null, text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function frameOf(flow: Flow): Frame {
  return {
    key: flowKey(flow),
    outline: {
      flow,
      revision: revisionOf(flow.revision),
      items: [],
      byLabel: new Map(),
      byShortLabel: new Map(),
      steps: 0,
      characters: 0,
    },
    occurrences: new Map(),
    next: 0,
  };
}

/** Gives the next item of a flow its label: the correlation id given, else its occurrence among equal names. */
function addItem(frame: Frame, item: FlowItem, content: Step | Outline): FlowRefusal | null {
  const { outline, occurrences } = frame;
  const counted = `${item.kind}:${item.name}`;
  const occurrence = (occurrences.get(counted) ?? 0) + 1;
  occurrences.set(counted, occurrence);
  const shortLabel = `${item.name}:${item.correlationId ?? occurrence}`;
  const label = isOutline(content)
    ? `${item.name}:${content.revision}:${item.correlationId ?? occurrence}`
    : shortLabel;
  if (label.includes('/')) {
    return refuse(
      'OW_FLOW_NAME',
      `${shown(label)} in flow ${nameOf(outline)} has a "/", which separates flow paths`,
    );
  }
  if (outline.byLabel.has(label)) {
    return refuse(
      'OW_FLOW_AMBIGUOUS',
      `Flow ${nameOf(outline)} has two items with the address ${shown(label)}`,
    );
  }
  const place = outline.items.push({ label, content, stepsBefore: outline.steps }) - 1;
  outline.byLabel.set(label, place);
  if (isOutline(content)) {
    const places = outline.byShortLabel.get(shortLabel);
    if (places === undefined) outline.byShortLabel.set(shortLabel, [place]);
    else places.push(place);
  }
  const steps = isOutline(content) ? content.steps : 1;
  outline.steps += steps;
  outline.characters += (label.length + 1) * steps + (isOutline(content) ? content.characters : 0);
  if (outline.steps > MAXIMUM_EXPANDED_STEPS) {
    return refuse('OW_FLOW_TOO_LARGE', `Flow ${nameOf(outline)} expands to more than 1,000,000 steps`);
  }
  if (outline.characters > MAXIMUM_PATH_CHARACTERS) {
    return refuse(
      'OW_FLOW_TOO_LARGE',
      `Flow ${nameOf(outline)} is nested so deep that its flow paths have more than 400,000,000 characters`,
    );
  }
  return null;
}

function cycle(stack: readonly Frame[], key: string): FlowRefusal {
  const names = stack
    .slice(stack.findIndex((frame) => frame.key === key))
    .map((frame) => nameOf(frame.outline));
  const way = names.length > 10 ? [...names.slice(0, 5), '...', ...names.slice(-4)] : names;
  return refuse(
    'OW_FLOW_CYCLE',
    `Flow ${names[0] ?? ''} contains itself: ${[...way, names[0] ?? ''].join(' contains ')}`,
  );
}

/** The item that a segment means: by its canonical label, with an empty revision as A, or by a flow's short form. */
function findItem(outline: Outline, segment: string, flowWanted: boolean): OutlineItem | null {
  const [rest, correlationId] = splitLast(segment);
  const filled = rest?.endsWith(':') === true ? `${rest}A:${correlationId}` : segment;
  for (const label of [segment, filled]) {
    const item = outline.items[outline.byLabel.get(label) ?? -1];
    if (item !== undefined && (!flowWanted || isOutline(item.content))) return item;
  }
  const places = outline.byShortLabel.get(segment) ?? [];
  const items = places.map((place) => outline.items[place]).filter((item) => item !== undefined);
  if (items.length <= 1) return items[0] ?? null;
  return items.find(({ content }) => isOutline(content) && content.flow.effective) ?? null;
}

function position(expansion: FlowExpansion, index: number): ResolvedFlowPath {
  const found = expansion.steps[index];
  if (found === undefined) throw new RangeError(`Flow ${expansion.flow} has no step at index ${index}`);
  return { ok: true, path: found.path, expansion, index, facility: found.step.facility };
}

/** Writes out every step with its path; flows without steps are passed over, so the work is bounded by the paths. */
function stepsOf(top: Outline): ExpandedStep[] {
  const steps: ExpandedStep[] = [];
  const stack = [{ outline: top, prefix: `${top.flow.name}:${top.revision}:${TOP}/`, next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const item = frame.outline.items[frame.next];
    frame.next += 1;
    if (item === undefined) stack.pop();
    else if (!isOutline(item.content)) steps.push({ path: frame.prefix + item.label, step: item.content });
    else if (item.content.steps > 0) {
      stack.push({ outline: item.content, prefix: `${frame.prefix}${item.label}/`, next: 0 });
    }
  }
  return steps;
}
