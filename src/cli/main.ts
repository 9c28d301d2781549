#!/usr/bin/env node
/** The command `orderwright`: the version of Node first, since older ones crash in the database driver. */
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 22) {
  process.stderr.write(`orderwright needs Node 22 or later, and this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { run } = await import('./program.js');
  process.exitCode = await run(process.argv.slice(2));
}
