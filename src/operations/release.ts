/** Release: Created -> Released, with a planned start and end that default to the start and due date (design 3.1). */
import { parseDayOrInstant } from '../core/time.js';
import type { Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const release: Operation = {
  name: 'Release',
  word: 'release',
  title: 'release an order to the shop floor',
  input: {
    type: 'object',
    additionalProperties: false,
    properties: {
      plannedStart: { type: 'string', reads: 'day-or-instant' },
      plannedEnd: { type: 'string', reads: 'day-or-instant' },
    },
  },
  propose(context) {
    const { order, timeZone } = context.snapshot;
    const input = context.input as { plannedStart?: string; plannedEnd?: string };
    const given = (text: string | undefined, edge: 'start' | 'end') =>
      text === undefined ? null : parseDayOrInstant(text, timeZone, edge);
    return proposeTransition(context, 'Release', {
      plannedStart:
        given(input.plannedStart, 'start') ?? order.plannedStart ?? order.startDate ?? context.now,
      plannedEnd: given(input.plannedEnd, 'end') ?? order.plannedEnd ?? order.dueDate,
    });
  },
};
