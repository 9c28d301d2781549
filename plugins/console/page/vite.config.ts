/** Builds the page beside the compiled plugin, where its manifest looks for it. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../../../dist/plugins/console/site',
    emptyOutDir: true,
    target: ['chrome125', 'edge125', 'firefox128', 'safari17.5'],
    // A page may load files of this server only: nothing is written into the document, or into other files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
