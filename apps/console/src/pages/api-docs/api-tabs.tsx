import { useMay } from '../../server/may';
import { type PageTab, PageTabs } from '../../shell/page-tabs';

/** The tabs of an API: what it is, how it is asked, what comes of it, and what it is made of. */
export function ApiTabs({ apiId }: { apiId: string }) {
  const mayEdit = useMay('editor');
  const params = { apiId };
  const tabs: PageTab[] = [
    { to: '/apis/$apiId', params, label: 'Overview' },
    { to: '/apis/$apiId/test', params, label: 'Test & docs' },
    { to: '/apis/$apiId/code', params, label: 'Code' },
    { to: '/apis/$apiId/usage', params, label: 'Usage' },
    { to: '/apis/$apiId/live', params, label: 'Live' },
  ];
  const settings: PageTab = { to: '/apis/$apiId/settings', params, label: 'Settings' };
  return <PageTabs label="Parts of the API" tabs={mayEdit ? [...tabs, settings] : tabs} />;
}
