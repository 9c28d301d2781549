/** `events`, `events retry | reconcile | dispatch`. */
import type { Command } from 'commander';
import { OrderwrightError } from '../core/problem.js';
import type { EventRow } from '../operations/post-events.js';
import { EVENT_STATES, type EventState } from '../ports/event-queue.js';
import { paint, table } from './print-verdict.js';
import type { Shell } from './shell.js';

const LIMIT = 100;

interface Listed {
  state?: string;
  limit?: string;
  after?: string;
}

export function addEventsCommand(program: Command, shell: Shell): void {
  const events = program.command('events').description('what the host did or reported, and what came of it');
  events
    .command('list', { isDefault: true, hidden: true })
    .description('the queue, oldest first')
    .option('--state <state>', EVENT_STATES.join(', '))
    .option('--limit <n>', `how many (default: ${LIMIT})`)
    .option('--after <id>', 'those after this event')
    .action(async (options: Listed) => {
      const { state, after } = options;
      const filter = {
        limit: limitOf(options.limit),
        ...(state === undefined ? {} : { state: stateOf(state) }),
        ...(after === undefined ? {} : { after }),
      };
      const answer = await (await shell.open()).events(filter);
      await shell.answer(answer, () => eventsText(answer.events));
    });
  events
    .command('retry <id>')
    .description('bring a parked event back')
    .action(async (id: string) => {
      const row = await (await shell.open()).retryEvent(id, shell.caller);
      await shell.answer({ events: [row] }, () => eventsText([row]));
    });
  events
    .command('reconcile')
    .description('compare the rows of the host with what was seen of them, and store what was missed')
    .action(async () => {
      const answer = await (await shell.open()).reconcileEvents(shell.caller);
      await shell.answer(answer, () =>
        answer.events.length === 0 ? 'Nothing was missed' : eventsText(answer.events),
      );
    });
  events
    .command('dispatch')
    .description('apply events, until it is interrupted')
    .option('--until-idle', 'until none is left that will come to its turn by itself')
    .action((options: { untilIdle?: boolean }) => dispatchEvents(shell, options.untilIdle === true));
}

async function dispatchEvents(shell: Shell, untilIdle: boolean): Promise<void> {
  const orderwright = await shell.open();
  const interrupted = new AbortController();
  const stop = () => {
    interrupted.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    if (untilIdle) {
      const { applied, dropped, retried, parked } = await orderwright.dispatchEvents(interrupted.signal);
      await shell.answer(
        { applied, dropped, retried, parked },
        `${applied} events applied, ${dropped} dropped, ${retried} retried, ${parked} parked`,
      );
      return;
    }
    const dispatcher = orderwright.startDispatcher();
    await shell.tell('Dispatching; interrupt to stop\n');
    await new Promise((resolve) => {
      interrupted.signal.addEventListener('abort', resolve);
    });
    await dispatcher.stop();
    const { applied, dropped, retries, newlyParked } = dispatcher.statistics();
    await shell.answer(
      { applied, dropped, retried: retries, parked: newlyParked },
      `${applied} events applied, ${dropped} dropped, ${retries} retried, ${newlyParked} parked`,
    );
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

function eventsText(events: readonly EventRow[]): string {
  if (events.length === 0) return 'No events';
  return table([
    ['ID', 'ORDER', 'OPERATION', 'STATE', 'ATTEMPTS', 'ERROR'],
    ...events.map(({ id, order, operation, state, attempts, error }) => [
      id,
      order ?? '',
      operation,
      state === 'parked' ? paint('red', state) : state,
      String(attempts),
      error ?? '',
    ]),
  ]);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OrderwrightError('OW_USAGE', `--limit: ${text} is no whole number above 0`, [], true);
}

function stateOf(text: string): EventState {
  const state = EVENT_STATES.find((known) => known === text);
  if (state !== undefined) return state;
  throw new OrderwrightError('OW_USAGE', `--state: ${text} is none of ${EVENT_STATES.join(', ')}`, [], true);
}
