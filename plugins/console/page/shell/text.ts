/** Times and numbers as a reader has them. Pure. */

/** `2026-12-07` or `2026-12-07 08:00` in the reader's zone. */
export function timeText(time: string | null): string {
  if (time === null) return '–';
  if (/^\d{4}-\d{2}-\d{2}$/.test(time)) return time;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
