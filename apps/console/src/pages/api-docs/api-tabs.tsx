import { Link } from '@tanstack/react-router';
import { useMay } from '../../server/may';
import css from './api-tabs.module.css';

const tabs = [
  { to: '/apis/$apiId', label: 'Overview' },
  { to: '/apis/$apiId/test', label: 'Test & docs' },
  { to: '/apis/$apiId/code', label: 'Code' },
  { to: '/apis/$apiId/usage', label: 'Usage' },
  { to: '/apis/$apiId/live', label: 'Live' },
  { to: '/apis/$apiId/settings', label: 'Settings', forEditors: true },
] as const;

/** The parts of an API as links, since each has an address; the one that is open is the current page. */
export function ApiTabs({ apiId }: { apiId: string }) {
  const mayEdit = useMay('editor');
  return (
    <nav className={css.tabs} aria-label="Parts of the API">
      {tabs.map((tab) =>
        'forEditors' in tab && !mayEdit ? null : (
          <Link key={tab.to} to={tab.to} params={{ apiId }} activeOptions={{ exact: true }} className={css.tab}>
            {tab.label}
          </Link>
        ),
      )}
    </nav>
  );
}
