/** Where the package is installed, and which version it is. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface PackageFile {
  name: string;
  version: string;
}

function findPackage(): { root: string; version: string } {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = readPackage(join(folder, 'package.json'));
    if (found?.name === 'orderwright') return { root: folder, version: found.version };
    if (folder === dirname(folder)) throw new Error('The package file of orderwright is missing');
  }
}

function readPackage(file: string): PackageFile | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PackageFile;
  } catch {
    return null;
  }
}

export const { root: PACKAGE_ROOT, version: VERSION } = findPackage();

/** Rule files that come with orderwright. */
export const SHIPPED_RULES = join(PACKAGE_ROOT, 'rules');
/** Plugins that come with orderwright, compiled. */
export const SHIPPED_PLUGINS = join(PACKAGE_ROOT, 'dist', 'plugins');
