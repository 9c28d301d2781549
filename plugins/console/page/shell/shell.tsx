/** The frame around every page: navigation on top, the page below it. */
import { Component, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { ROUTES, type PageRoute } from '../routes.js';
import { Brand } from './brand.js';
import { addressOf, matchPattern, type Address, type RouteParams } from './route.js';
import { useSession } from './session.js';
import { ThemeSwitch } from './theme-switch.js';
import { Empty, Loading, ProblemNote } from './ui/notes.js';
import { Button } from './ui/button.js';
import { goTo, useAddress } from './use-address.js';

interface Found {
  route: PageRoute;
  params: RouteParams;
}

function find(address: Address): Found | null {
  for (const route of ROUTES) {
    const params = matchPattern(route.pattern, address);
    if (params !== null) return { route, params };
  }
  return null;
}

export function Shell() {
  const address = useAddress();
  const session = useSession();
  const main = useRef<HTMLElement>(null);
  const offered = ROUTES.filter(
    ({ navigation, permission }) => navigation !== undefined && session.may(permission),
  );
  const [first] = offered;
  const found = find(address);
  const [place] = address.segments;

  useEffect(() => {
    if (place === undefined && first !== undefined) goTo([first.pattern]);
  }, [place, first]);

  const title = found?.route.title(found.params);
  const previous = useRef(title);
  useEffect(() => {
    document.title = title === undefined ? 'orderwright' : `${title} · orderwright`;
    // Whoever goes on by keyboard or screen reader goes on at the page, not in the navigation before it.
    if (previous.current !== undefined && previous.current !== title) main.current?.focus();
    previous.current = title;
  }, [title]);

  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => skip(event, main.current)}>
        Skip to the page
      </a>
      <header className="top">
        <Brand />
        <nav aria-label="Pages">
          <ul>
            {offered.map(({ pattern, navigation }) => (
              <li key={pattern}>
                <a href={addressOf([pattern])} aria-current={place === pattern ? 'page' : undefined}>
                  {navigation}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="who">
          <span className="actor" title={`Rule set ${session.ruleSet}`}>
            {session.actor ?? 'Local'}
          </span>
          <ThemeSwitch />
          {session.signedIn && (
            <Button kind="plain" onPress={session.signOut}>
              Sign out
            </Button>
          )}
        </div>
      </header>
      <main id="main" className="page" tabIndex={-1} ref={main}>
        <Failing key={address.segments.join('/')}>
          <Suspense fallback={<Loading what="Opening the page" />}>
            <Current found={found} query={address.query} none={first === undefined} />
          </Suspense>
        </Failing>
      </main>
    </div>
  );
}

function Current({ found, query, none }: { found: Found | null; query: URLSearchParams; none: boolean }) {
  const session = useSession();
  if (none)
    return (
      <Empty title="Nothing is offered here">This token has the permission for none of the pages.</Empty>
    );
  if (found === null)
    return <Empty title="There is no such page">The navigation leads to those that are.</Empty>;
  const { route, params } = found;
  if (!session.may(route.permission))
    return <Empty title="Not for this token">It has not the permission {route.permission}.</Empty>;
  return <route.page params={params} query={query} />;
}

function skip(event: { preventDefault: () => void }, main: HTMLElement | null): void {
  // The address belongs to the pages.
  event.preventDefault();
  main?.focus();
}

/** A page that fails is said so in its place, and the navigation stays. */
class Failing extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <ProblemNote problem={error} onRetry={() => this.setState({ error: null })} />;
  }
}
