/** Signing in with a token: tried on the server before it is kept. */
import { useState, type SyntheticEvent } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import { ApiProblem, ask, keepToken } from './api.js';
import type { Session } from './permissions.js';
import { Brand } from './brand.js';
import { Button } from './ui/button.js';
import { ProblemNote } from './ui/notes.js';

interface SignInProps {
  /** Why the token that was kept is no longer taken. */
  refused: ApiProblem | null;
  onSignedIn: (session: Session) => void;
}

export function SignIn({ refused, onSignedIn }: SignInProps) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(refused);
  const [busy, setBusy] = useState(false);

  const signIn = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const session = await ask<Session>('/session', { token: token.trim() });
      keepToken(token.trim());
      onSignedIn(session);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'OW_FAILED', String(error)));
      setBusy(false);
    }
  };

  return (
    <main className="gate">
      <Form className="sign-in" onSubmit={(event) => void signIn(event)} aria-labelledby="sign-in-title">
        <Brand />
        <h1 id="sign-in-title">Sign in</h1>
        <p className="muted">
          With a token of this server. It is kept in this tab until it is closed, and sent to nobody else.
        </p>
        <TextField className="field" value={token} onChange={setToken} type="password" isRequired>
          <Label>Token</Label>
          <Input autoComplete="off" spellCheck={false} autoFocus />
        </TextField>
        {problem !== null && <ProblemNote problem={problem} />}
        <Button kind="primary" type="submit" isDisabled={token.trim() === ''} isPending={busy}>
          Sign in
        </Button>
        <p className="hint">
          An admin makes one with <code>orderwright config token</code>.
        </p>
      </Form>
    </main>
  );
}
