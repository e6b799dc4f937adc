import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useMatch, useParams } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { apiQuery } from '../../server/apis';
import { PageHeader } from '../../shell/page-header';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Loaded } from '../../ui/loaded';
import { ActiveSwitch } from '../apis/active-switch';
import { documentationOf } from '../apis/endpoint';
import { ApiCallProvider } from './api-call';
import { ApiTabs } from './api-tabs';
import { AssignTokens } from './assign-tokens';

/** One API: what is done to all of it, and its tabs, each at an address of its own. */
export function ApiPage() {
  const { apiId } = useParams({ from: '/shell/apis/$apiId' });
  const api = useQuery(apiQuery(apiId));
  return (
    <Loaded query={api}>
      {(data) => (
        <ApiCallProvider key={data.id} api={data}>
          <Header api={data} />
          <ApiTabs apiId={data.id} />
          <Outlet />
        </ApiCallProvider>
      )}
    </Loaded>
  );
}

function Header({ api }: { api: Api }) {
  // The form of the settings has a switch of its own, which is saved with the rest.
  const isSettings = useMatch({ from: '/shell/apis/$apiId/settings', shouldThrow: false }) !== undefined;
  return (
    <PageHeader
      title={api.name}
      about={api.description}
      back={{ to: '/apis', label: 'Output APIs' }}
      actions={
        <>
          {isSettings ? (
            <Badge tone={api.active ? 'good' : 'plain'}>{api.active ? 'Activated' : 'Deactivated'}</Badge>
          ) : (
            <ActiveSwitch api={api} />
          )}
          <AssignTokens api={api} label="Assign token to API" />
          <a href={documentationOf(api)} target="_blank" rel="noreferrer" className={buttonClass('primary')}>
            <BookOpen aria-hidden="true" />
            View API Documentation
          </a>
        </>
      }
    />
  );
}
