/** A limit on how long a verdict may take; what runs on afterwards is not heard any more. */

export class TimeBudgetExceeded extends Error {
  constructor(milliseconds: number) {
    super(`No answer within ${milliseconds} ms`);
  }
}

/**
 * @throws TimeBudgetExceeded where `work` has not ended within so many milliseconds.
 */
export async function withinTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeBudgetExceeded(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
