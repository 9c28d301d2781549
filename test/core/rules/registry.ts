/** The registry that ships: the kernel's facts and those in the manifest of step-synchronization. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_PLUGINS } from '../../../src/adapters/files/package-root.js';
import type { PluginManifest } from '../../../src/core/hooks/plugin-manifest.js';
import { KERNEL_FACTS } from '../../../src/core/order/kernel-facts.js';
import { createFactRegistry } from '../../../src/core/rules/fact.js';

const manifest = JSON.parse(
  readFileSync(join(SHIPPED_PLUGINS, 'step-synchronization', 'plugin.json'), 'utf8'),
) as PluginManifest;

export const testRegistry = createFactRegistry(KERNEL_FACTS, manifest.facts ?? []);
