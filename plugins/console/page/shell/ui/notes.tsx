/** What is said in the place of content: that it comes, that there is none, or why it can't be shown. */
import type { ReactNode } from 'react';
import { ApiProblem } from '../api.js';
import { Button } from './button.js';

export function Loading({ what }: { what: string }) {
  return (
    <p className="note note-loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {what}
    </p>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="note note-empty">
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** A refusal or failure in the server's words, with every place that it names. */
export function ProblemNote({ problem, onRetry }: { problem: Error; onRetry?: () => void }) {
  const { code, problems } =
    problem instanceof ApiProblem ? problem : { code: 'OW_FAILED', problems: [] as ApiProblem['problems'] };
  return (
    <div className="note note-problem" role="alert">
      <p>{problem.message}</p>
      {problems.length > 1 && (
        <ul>
          {problems.map(({ path, message }, index) => (
            <li key={index}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <p className="note-code">{code}</p>
      {onRetry !== undefined && (
        <Button small onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
