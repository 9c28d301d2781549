/** Short words about what was done, at the foot of the page; read out, and gone after a while. */
import { createContext, use, useCallback, useRef, useState, type ReactNode } from 'react';

const SHOWN_MS = 6000;

export type Tone = 'good' | 'bad' | 'neutral';
type Announce = (text: string, tone?: Tone) => void;

interface Announcement {
  id: number;
  text: string;
  tone: Tone;
}

const AnnounceContext = createContext<Announce>(() => undefined);

/** Says something about what was done. */
export function useAnnounce(): Announce {
  return use(AnnounceContext);
}

export function Announcements({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Announcement[]>([]);
  const count = useRef(0);
  const announce = useCallback<Announce>((text, tone = 'neutral') => {
    count.current += 1;
    const id = count.current;
    setShown((before) => [...before.slice(-2), { id, text, tone }]);
    setTimeout(() => setShown((before) => before.filter((one) => one.id !== id)), SHOWN_MS);
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcements" role="status" aria-live="polite">
        {shown.map(({ id, text, tone }) => (
          <p key={id} className={`announcement tone-${tone}`}>
            {text}
          </p>
        ))}
      </div>
    </AnnounceContext>
  );
}
