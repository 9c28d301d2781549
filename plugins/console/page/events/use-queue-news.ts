/** Listens to the event queue for as long as the page is shown, and again when the connection is lost. */
import { useEffect, useState } from 'react';
import { send } from '../shell/api.js';
import { messagesOf, type QueueNews } from './queue-stream.js';

const AGAIN_MS = 2000;

export interface Heard {
  news: QueueNews | null;
  /** Why nothing is heard now; null while the connection is there. */
  problem: Error | null;
}

export function useQueueNews(): Heard {
  const [heard, setHeard] = useState<Heard>({ news: null, problem: null });
  useEffect(() => {
    const left = new AbortController();
    void listen(left.signal, setHeard);
    return () => left.abort();
  }, []);
  return heard;
}

type Hear = (change: (before: Heard) => Heard) => void;

async function listen(signal: AbortSignal, hear: Hear): Promise<void> {
  const isLeft = () => signal.aborted;
  while (!isLeft()) {
    try {
      await listenOnce(signal, hear);
    } catch (error) {
      if (isLeft()) return;
      hear(({ news }) => ({ news, problem: error as Error }));
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function listenOnce(signal: AbortSignal, hear: Hear): Promise<void> {
  const response = await send('/events/stream', { signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) return;
    const { messages, rest } = messagesOf(text + value);
    text = rest;
    const last = messages.at(-1);
    if (last !== undefined) hear(() => ({ news: JSON.parse(last) as QueueNews, problem: null }));
  }
}
