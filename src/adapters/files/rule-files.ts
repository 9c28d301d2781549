/** Rule files in folders: `<folder>/<operation>/<claim>.json`, the admin's own and those of plugins. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrderwrightError } from '../../core/problem.js';
import type { RuleFile, RuleFiles } from '../../ports/rule-store.js';

export interface RuleFolder {
  path: string;
  /** False for what comes with the package: an update would take away what was written there. */
  writable: boolean;
}

export class FolderRuleFiles implements RuleFiles {
  readonly source: string;

  /** @param folders the first is the admin's, where new rules go. */
  constructor(private readonly folders: readonly RuleFolder[]) {
    this.source = folders.map(({ path }) => path).join(', ');
  }

  async read(): Promise<RuleFile[]> {
    const files: RuleFile[] = [];
    for (const { folder, file } of await this.list()) {
      const text = await unlessGone(readFile(join(folder.path, file), 'utf8'));
      if (text !== null) files.push({ file, text });
    }
    return files;
  }

  async stamp(): Promise<string> {
    const stamps: string[] = [];
    for (const { folder, file } of await this.list()) {
      const found = await unlessGone(stat(join(folder.path, file)));
      if (found !== null) stamps.push(`${folder.path}/${file} ${found.mtimeMs} ${found.size}`);
    }
    return stamps.join('\n');
  }

  async write({ file, text }: RuleFile): Promise<void> {
    const present = (await this.list()).find((found) => found.file === file);
    const folder = present?.folder ?? this.folders[0];
    if (folder?.writable !== true) throw readOnly(file);
    const path = join(folder.path, file);
    const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
    try {
      await mkdir(dirname(path), { recursive: true });
      // The same text once more must not take the place of what there was before.
      if (present !== undefined && (await readFile(path, 'utf8')) !== text)
        await copyFile(path, `${path}.previous`);
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

  async text(file: string): Promise<string | null> {
    const present = (await this.list()).find((found) => found.file === file);
    return present === undefined ? null : unlessGone(readFile(join(present.folder.path, file), 'utf8'));
  }

  async permissions(): Promise<{ readOnly: ReadonlySet<string>; takesNew: boolean }> {
    const files = (await this.list()).filter(({ folder }) => !folder.writable).map(({ file }) => file);
    return { readOnly: new Set(files), takesNew: this.folders[0]?.writable === true };
  }

  private async list(): Promise<{ folder: RuleFolder; file: string }[]> {
    const found: { folder: RuleFolder; file: string }[] = [];
    for (const folder of this.folders) {
      for (const operation of (await entries(folder.path)).filter((entry) => entry.isDirectory())) {
        for (const entry of await entries(join(folder.path, operation.name))) {
          // An editor's hidden and temporary files are no rules.
          if (!entry.isFile() || !entry.name.endsWith('.json') || entry.name.startsWith('.')) continue;
          found.push({ folder, file: `${operation.name}/${entry.name}` });
        }
      }
    }
    return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  }
}

function readOnly(file: string): OrderwrightError {
  const message = `The rule file ${file} would be one of the package's own, which nobody changes: an update brings them anew.\nMaybe copy the package's rules to a folder rules beside the configuration file, or name a folder as rules in it, and start again.`;
  return new OrderwrightError('OW_RULES_READ_ONLY', message);
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
