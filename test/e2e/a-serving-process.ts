/** `serve` as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { MAIN } from './command-line.js';

const STARTED_WITHIN_MS = 30_000;

export class ServingProcess {
  stdout = '';
  stderr = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
  }

  /** Starts a server on a free port and waits until it listens. */
  static start(folder: string, ...words: string[]): Promise<ServingProcess> {
    return ServingProcess.startOf(MAIN, folder, ...words);
  }

  /** The same of another installation. */
  static async startOf(main: string, folder: string, ...words: string[]): Promise<ServingProcess> {
    const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...words], {
      cwd: folder,
    });
    const serving = new ServingProcess(child);
    const end = performance.now() + STARTED_WITHIN_MS;
    while (!serving.stdout.includes('}')) {
      if (child.exitCode !== null || performance.now() > end)
        throw new Error(`It does not serve: ${serving.stdout} ${serving.stderr}`);
      await wait(20);
    }
    return serving;
  }

  get url(): string {
    return (JSON.parse(this.stdout) as { url: string }).url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Sends a signal and gives the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}
