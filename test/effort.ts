/** How much work something is, where a test says that it is little: a limit in seconds would say how busy the machine is. */

/** Takes about a tenth of a second of an idle machine of today. */
function yardstick(): number {
  const numbers = new Float64Array(400_000);
  let state = 1;
  for (let at = 0; at < numbers.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    numbers[at] = state;
  }
  const texts = Array.from(numbers.subarray(0, 40_000), String);
  return numbers.sort()[0]! + texts.sort().length;
}

/** Processor time of this process in milliseconds, whoever else is at work. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timeOf(work: () => unknown): number {
  const before = spent();
  work();
  return spent() - before;
}

/** The processor time of work as a multiple of that of a fixed piece of work, before and after it in the same run. */
export async function effortOf(work: () => unknown): Promise<number> {
  yardstick();
  const measured = timeOf(yardstick);
  const before = spent();
  await work();
  const own = spent() - before;
  return own / Math.max(measured, timeOf(yardstick));
}
