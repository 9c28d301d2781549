/** Who looks at the page: asked of the server before anything is shown. */
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem, ask, keepToken, storedToken } from './api.js';
import { covers, type Session } from './permissions.js';
import { SignIn } from './sign-in.js';
import { Loading, ProblemNote } from './ui/notes.js';

export interface CurrentSession extends Session {
  /** Whether a token came with it, which can be put away. */
  signedIn: boolean;
  /** Whether the token may do this; what it may not is not offered. */
  may: (permission: string) => boolean;
  signOut: () => void;
}

const SessionContext = createContext<CurrentSession | null>(null);

/** @throws Error outside of the gate */
export function useSession(): CurrentSession {
  const session = use(SessionContext);
  if (session === null) throw new Error('Nobody is known here yet');
  return session;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => ask<Session>('/session', { signal }),
    staleTime: 60_000,
  });
  const session = useMemo((): CurrentSession | null => {
    if (data === undefined) return null;
    return {
      ...data,
      signedIn: storedToken() !== null,
      may: (permission) => covers(data.permissions, permission),
      signOut: () => {
        keepToken(null);
        queries.clear();
        window.location.reload();
      },
    };
  }, [data, queries]);
  if (error instanceof ApiProblem && error.status === 401) {
    const before = storedToken() !== null ? error : null;
    return <SignIn refused={before} onSignedIn={(found) => queries.setQueryData(['session'], found)} />;
  }
  if (session !== null) return <SessionContext value={session}>{children}</SessionContext>;
  if (error !== null) {
    return (
      <main className="gate">
        <ProblemNote problem={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  return (
    <main className="gate">
      <Loading what="Asking who looks at this page" />
    </main>
  );
}
