/** The head of a page: where it is, what it is, and what can be done with it. */
import type { ReactNode } from 'react';

interface PageHeadProps {
  title: ReactNode;
  /** The way back to where this was chosen. */
  within?: { address: string; title: string };
  /** Beside the title. */
  beside?: ReactNode;
  /** At the end of the line: what can be done. */
  actions?: ReactNode;
}

export function PageHead({ title, within, beside, actions }: PageHeadProps) {
  return (
    <div className="page-head">
      <div className="page-title">
        {within !== undefined && (
          <a className="page-within" href={within.address}>
            {within.title}
          </a>
        )}
        <h1>{title}</h1>
        {beside}
      </div>
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </div>
  );
}

/** A framed part of a page with its heading. */
export function Panel({
  title,
  beside,
  children,
  flush = false,
}: {
  title: string;
  beside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={`panel${flush ? ' panel-flush' : ''}`} aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {beside}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
