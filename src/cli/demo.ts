import type { Command } from 'commander';
import type { Shell } from './shell.js';
export function addDemoCommand(program: Command, shell: Shell): void {
  program;
  shell;
}
