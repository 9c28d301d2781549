/** `journal <order>`, `journal verify | seal | export`. */
import type { Command } from 'commander';
import type { JournalEntry } from '../ports/journal.js';
import type { Orderwright } from '../orderwright.js';
import { paint, table } from './print-verdict.js';
import type { Shell } from './shell.js';

const ALL = Number.MAX_SAFE_INTEGER;

export function addJournalCommand(program: Command, shell: Shell): void {
  const journal = program
    .command('journal')
    .description('what was asked, decided, on which facts, and what came of it');
  journal
    .command('of <order>', { isDefault: true, hidden: true })
    .description('the entries of one order')
    .action(async (order: string) => {
      const entries = await (await shell.open()).journal({ order, limit: ALL });
      await shell.answer({ entries }, () => journalText(entries));
    });
  journal
    .command('verify')
    .description('compute every seal again')
    .action(async () => {
      const verification = await (await shell.open()).verifyJournal();
      shell.refused = !verification.ok;
      await shell.answer(verification, () => {
        const { ok, entries, sealed, seals, problems } = verification;
        const counts = `${entries} entries, ${sealed} of them under ${seals} seals`;
        return [
          ok ? `The journal is whole: ${counts}` : `The journal was changed: ${counts}`,
          ...problems.map(({ message }) => paint('red', message)),
        ].join('\n');
      });
    });
  journal
    .command('seal')
    .description('seal the entries that are not sealed yet')
    .action(async () => {
      const sealed = await (await shell.open()).sealJournal();
      await shell.answer(sealed, `${sealed.entries} entries sealed`);
    });
  journal
    .command('export')
    .description('every entry as JSON, one to a line; one document with --json')
    .action(async () => {
      await exportJournal(await shell.open(), shell);
    });
}

/** Written as it is read: a journal may be larger than memory. */
async function exportJournal(orderwright: Orderwright, shell: Shell): Promise<void> {
  const { json } = shell;
  if (json) await shell.write('{ "entries": [');
  let separator = json ? '\n' : '';
  for await (const entries of orderwright.journalEntries()) {
    for (const entry of entries) {
      await shell.write(`${separator}${JSON.stringify(entry)}`);
      separator = json ? ',\n' : '\n';
    }
  }
  await shell.write(json ? '\n] }\n' : '\n');
}

function journalText(entries: readonly JournalEntry[]): string {
  if (entries.length === 0) return 'No entries';
  return table([
    ['SEQ', 'AT', 'ACTOR', 'DOOR', 'OPERATION', 'WHAT'],
    ...entries.map((entry) => [
      String(entry.sequence),
      entry.at,
      entry.actor,
      entry.door,
      entry.operation,
      whatText(entry),
    ]),
  ]);
}

function whatText({ verdict, outcome, of }: JournalEntry): string {
  if (outcome !== null) return of === null ? outcome : `${outcome} (verdict ${of})`;
  if (verdict === null) return '';
  const reasons = verdict.violations.map((violation) => violation.rule ?? violation.code);
  return `${verdict.allowed ? 'allowed' : 'refused'}${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`;
}
