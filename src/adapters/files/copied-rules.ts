/** Copies the shipped rules beside a configuration, and leaves alone what an admin has edited (design 3.9). */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHIPPED_RULES } from './package-root.js';

export interface CopiedRules {
  /** Hash of each shipped file as it was copied, by name: a file that has it still was not edited. */
  hashes: Record<string, string>;
  copied: string[];
  /** Files that an admin has edited or made. */
  kept: string[];
}

/** @param before hashes of the last installation. */
export function copyRules(
  folder: string,
  before: Readonly<Record<string, string>>,
  dryRun: boolean,
): CopiedRules {
  const answer: CopiedRules = { hashes: {}, copied: [], kept: [] };
  if (folder === SHIPPED_RULES) return answer;
  const files = readdirSync(SHIPPED_RULES, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => file.endsWith('.json')).sort()) {
    const shipped = readFileSync(join(SHIPPED_RULES, name));
    const target = join(folder, name);
    const there = existsSync(target) ? hash(readFileSync(target)) : null;
    answer.hashes[name] = hash(shipped);
    if (there === hash(shipped)) continue;
    // A file that was copied before and is gone was taken away by somebody: `rules remove` does so.
    const taken = there === null && before[name] !== undefined;
    if (taken || (there !== null && there !== before[name])) {
      answer.kept.push(name);
      continue;
    }
    answer.copied.push(name);
    if (dryRun) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, shipped);
  }
  return answer;
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
