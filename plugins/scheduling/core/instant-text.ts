/** Epoch seconds as the instants of an answer; a plan has millions, so days are formatted once. */
import type { Instant } from '../../../src/index.js';
import { DAY } from './zone-clock.js';

const dayTexts = new Map<number, string>();
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

function twoDigits(value: number): string {
  return TWO_DIGITS[value] ?? String(value);
}

/** Epoch seconds as an instant. */
export function instantText(seconds: number): Instant {
  const day = Math.floor(seconds / DAY);
  let text = dayTexts.get(day);
  if (text === undefined) {
    text = new Date(day * DAY * 1000).toISOString().slice(0, -'00:00:00.000Z'.length);
    if (dayTexts.size > 10_000) dayTexts.clear();
    dayTexts.set(day, text);
  }
  const rest = seconds - day * DAY;
  const minute = Math.floor(rest / 60);
  return `${text}${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:${twoDigits(rest % 60)}Z`;
}
