/** The console: a page of files beside this one; what it shows it asks of the HTTP API, as any third party could. */
import type { PluginSetup } from '../../src/index.js';

export const plugin: PluginSetup = () => ({});
