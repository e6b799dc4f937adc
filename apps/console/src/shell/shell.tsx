import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLinkProps, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  BookOpen,
  ChartNoAxesColumn,
  Database,
  Globe,
  History,
  KeyRound,
  ListTree,
  LogOut,
  UserRound,
  Users,
  Waypoints,
} from 'lucide-react';
import { sessionQuery, signOut } from '../server/session';
import { IconButton } from '../ui/button';
import { complain } from '../ui/toasts';
import { Brand } from './brand';
import { ConnectionBanner } from './connection-banner';
import css from './shell.module.css';
import { SignInAgain } from './sign-in-again';
import { ThemeSwitch } from './theme-switch';

const places = [
  { to: '/datasets', label: 'Datasets', picture: Database },
  { to: '/apis', kind: 'Output', label: 'APIs', picture: Waypoints },
  { to: '/domains', label: 'Domains', picture: Globe },
  { to: '/tokens', label: 'Tokens', picture: KeyRound },
  { to: '/usage', label: 'Usage', picture: ChartNoAxesColumn },
  { to: '/requests', label: 'Requests', picture: ListTree },
  { to: '/users', label: 'Users', picture: Users },
  { to: '/activity', label: 'Activity', picture: History },
] as const;

/** Frames every page: with the menu, the account, and the state of the server. */
export function Shell() {
  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        Skip to the page
      </a>
      <aside className={css.side}>
        <Link to="/datasets" className={css.home} aria-label="Sluice, start">
          <Brand />
        </Link>
        <nav className={css.nav} aria-labelledby="section">
          <h2 id="section" className={css.section}>
            Data &amp; Users
          </h2>
          {places.map((place) => (
            <Place key={place.to} place={place} />
          ))}
        </nav>
        <div className={css.foot}>
          <a href="/docs" target="_blank" rel="noreferrer" className={css.place}>
            <BookOpen aria-hidden="true" />
            Management API
          </a>
          <Person />
        </div>
      </aside>
      <div className={css.content}>
        <ConnectionBanner />
        <main id="main" tabIndex={-1} className={css.main}>
          <Outlet />
        </main>
      </div>
      <SignInAgain />
    </div>
  );
}

/** A link of the menu; it is lit up while its page is shown, not yet while that is on its way. */
function Place({ place: { to, label, picture: Picture, ...more } }: { place: (typeof places)[number] }) {
  const link = useLinkProps({ to });
  const isShown = useRouterState({
    select: ({ resolvedLocation, location }) => {
      const { pathname } = resolvedLocation ?? location;
      return pathname === to || pathname.startsWith(`${to}/`);
    },
  });
  return (
    <a
      {...link}
      className={isShown ? `${css.place} ${css.active}` : css.place}
      aria-current={isShown ? 'page' : undefined}
    >
      <Picture aria-hidden="true" />
      <span>
        {'kind' in more && <span className={css.kind}>{more.kind} </span>}
        {label}
      </span>
    </a>
  );
}

function Person() {
  const { data: session } = useQuery(sessionQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      complain(error);
      return;
    }
    queryClient.clear();
    await navigate({ to: '/sign-in', search: { to: undefined } });
  };
  return (
    <div className={css.person}>
      <ThemeSwitch />
      <div className={css.who}>
        <span>
          <span className={css.name}>{session?.admin.name ?? ''}</span>
          <span className={css.role}>{session?.admin.role}</span>
        </span>
        {session?.admin.id && (
          <Link to="/profile" className={css.profile} aria-label="Your profile">
            <UserRound aria-hidden="true" />
          </Link>
        )}
        <IconButton label="Sign out" onPress={() => void leave()}>
          <LogOut aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}
