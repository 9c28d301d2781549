/** A sentence of the server in which no line breaks within a time. */

const TIMES = /(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)/;

export function Told({ text }: { text: string }) {
  return text.split(TIMES).map((part, place) =>
    place % 2 === 1 ? (
      <span key={place} className="told-time">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
