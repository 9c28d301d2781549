/** The page: theme first, so that nothing is shown in the wrong one, then whoever looks at it. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiProblem } from './shell/api.js';
import { SessionGate } from './shell/session.js';
import { Shell } from './shell/shell.js';
import { applyTheme, storedTheme } from './shell/theme.js';
import { Announcements } from './shell/ui/announcements.js';
import './shell/tokens.css';
import './shell/base.css';
import './shell/shell.css';
import './shell/ui/ui.css';

applyTheme(storedTheme());

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey: [asked] }) => {
      // A token that is no longer taken: the gate asks who it is again.
      if (asked !== 'session' && error instanceof ApiProblem && error.status === 401)
        void queries.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status < 500),
      staleTime: 5000,
    },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('The document has no element for the page');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Announcements>
        <SessionGate>
          <Shell />
        </SessionGate>
      </Announcements>
    </QueryClientProvider>
  </StrictMode>,
);
