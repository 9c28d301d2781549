/** Rule files in folders: `<folder>/<operation>/<claim>.json`, the admin's own and those of plugins. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrderwrightError } from '../../core/problem.js';
import type { RuleFile, RuleFiles } from '../../ports/rule-store.js';

export class FolderRuleFiles implements RuleFiles {
  readonly source: string;

  constructor(private readonly folders: readonly string[]) {
    this.source = folders.join(', ');
  }

  async read(): Promise<RuleFile[]> {
    const files: RuleFile[] = [];
    for (const { folder, file } of await this.list()) {
      const text = await unlessGone(readFile(join(folder, file), 'utf8'));
      if (text !== null) files.push({ file, text });
    }
    return files;
  }

  async stamp(): Promise<string> {
    const stamps: string[] = [];
    for (const { folder, file } of await this.list()) {
      const found = await unlessGone(stat(join(folder, file)));
      if (found !== null) stamps.push(`${folder}/${file} ${found.mtimeMs} ${found.size}`);
    }
    return stamps.join('\n');
  }

  async write({ file, text }: RuleFile): Promise<void> {
    const present = (await this.list()).find((found) => found.file === file);
    // A new rule is the admin's own, and the first folder is the admin's.
    const path = join(present?.folder ?? this.folders[0] ?? '', file);
    const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
    try {
      await mkdir(dirname(path), { recursive: true });
      if (present !== undefined) await copyFile(path, `${path}.previous`);
      const handle = await open(unfinished, 'wx');
      try {
        await handle.writeFile(text, 'utf8');
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      const reason = (error as Error).message;
      throw new OrderwrightError('OW_RULES_UNWRITABLE', `The rule file ${file} can't be written: ${reason}`);
    }
  }

  private async list(): Promise<{ folder: string; file: string }[]> {
    const found: { folder: string; file: string }[] = [];
    for (const folder of this.folders) {
      for (const operation of (await entries(folder)).filter((entry) => entry.isDirectory())) {
        for (const entry of await entries(join(folder, operation.name))) {
          // An editor's hidden and temporary files are no rules.
          if (!entry.isFile() || !entry.name.endsWith('.json') || entry.name.startsWith('.')) continue;
          found.push({ folder, file: `${operation.name}/${entry.name}` });
        }
      }
    }
    return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  }
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new OrderwrightError('OW_RULES_UNREADABLE', `The rules folder ${folder} can't be read: ${reason}`);
  }
}

/** An editor may take a file away and write it anew between the listing and the reading: it is seen the next time. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
