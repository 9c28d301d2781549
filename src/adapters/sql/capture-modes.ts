/** How each table's transitions are learned (design 3.6), told from the mapping. */
import { CAPTURED, CAPTURED_LINK } from './captured-entities.js';
import type { TableName } from '../../ports/migration.js';
import type { EntityMapping } from './host-mapping.js';

/**
 * trigger: by triggers on the table; procedure: the host reports them, by our procedures in its transaction or over
 * HTTP; poll: by looking at the rows, where the host's own statements use OUTPUT without INTO, which a trigger would
 * break (error 334).
 */
export type CaptureMode = 'trigger' | 'procedure' | 'poll';

type Mapping = Readonly<Record<string, EntityMapping>>;

/** The host views whose transitions become events. */
export const CAPTURED_VIEWS: readonly string[] = [...CAPTURED.map(({ view }) => view), CAPTURED_LINK.view];

/** The way of a host view. A query of the site's own names no table that could have a trigger: it is looked at. */
export function captureModeOf(mapping: Mapping, view: string): CaptureMode {
  const { capture, sql } = mapping[view] ?? {};
  return capture ?? (sql === undefined ? 'trigger' : 'poll');
}

/** The captured views of a way. */
export function viewsOf(mapping: Mapping, mode: CaptureMode): string[] {
  return CAPTURED_VIEWS.filter((view) => captureModeOf(mapping, view) === mode);
}

/** Where the row versions of a polled view are found by their index. */
export function versionsView(view: string): TableName {
  return `orderwright.${view.replace(/^Host/, 'Polled')}`;
}
