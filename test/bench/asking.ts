/**
 * What asks a server, from a process of its own, so that it does not take the time of what answers. As fast as answers
 * come, or at an even rate whether or not the earlier ones have been answered: a caller that waits for an answer before
 * it asks again leaves out what a slow one holds up.
 */
import autocannon from 'autocannon';
import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface Load {
  url: string;
  body: string;
  connections: number;
  requests: number;
  /** Requests per second; as fast as answers come where left out. */
  rate?: number;
  /** At a rate, requests before those that count: the callers connect, and both sides come to speed. */
  lead?: number;
}

export interface Answered {
  /** Answers per second. */
  throughput: number;
  /** Milliseconds; at a rate from the moment when a request was due, whatever kept it from being sent. */
  p50: number;
  p99: number;
}

/** Puts the loads on, one after the other. */
export async function ask(...loads: Load[]): Promise<Answered[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    import.meta.filename,
    JSON.stringify(loads),
  ]);
  return JSON.parse(stdout) as Answered[];
}

/** Each connection asks as soon as it was answered. */
async function asFastAsItGoes({ url, body, connections, requests }: Load): Promise<Answered> {
  const headers = { 'content-type': 'application/json' };
  // It looks whether it is done each time that it takes a sample, and its own duration is rounded.
  const asked = { url, method: 'POST' as const, headers, body, connections, amount: requests, sampleInt: 2 };
  const start = performance.now();
  const { non2xx, errors, latency } = await autocannon(asked);
  const seconds = (performance.now() - start) / 1000;
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx + errors} answers of ${url} were no verdict`);
  return { throughput: requests / seconds, p50: latency.p50, p99: latency.p99 };
}

async function evenly(rate: number, { url, body, connections, requests, lead = 0 }: Load): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const once = (due: number) =>
    new Promise<number>((resolve, reject) => {
      const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode ?? 'nothing'}`));
        answer.resume().on('end', () => {
          resolve(performance.now() - due);
        });
      });
      asked.on('error', reject).end(body);
    });
  const answers: Promise<number>[] = [];
  const start = performance.now();
  for (let number = 0; number < lead + requests; number++) {
    const due = start + (number * 1000) / rate;
    const ahead = due - performance.now();
    if (ahead > 0) await wait(ahead);
    answers.push(once(due));
  }
  const latencies = (await Promise.all(answers)).slice(lead).sort((a, b) => a - b);
  const throughput = (1000 * (lead + requests)) / (performance.now() - start);
  agent.destroy();
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;
  return { throughput, p50: at(0.5), p99: at(0.99) };
}

if (process.argv[1] === import.meta.filename) {
  const answered: Answered[] = [];
  for (const load of JSON.parse(process.argv[2] ?? '') as Load[])
    answered.push(await (load.rate === undefined ? asFastAsItGoes(load) : evenly(load.rate, load)));
  process.stdout.write(JSON.stringify(answered));
}
