import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { type ApisWanted, methods } from '../server/apis';
import { fetched } from '../server/connection';
import { found, sorted, text, whole } from './search-params';
import { shellRoute } from './shell-route';

const apisRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis',
  validateSearch: (search: Record<string, unknown>): ApisWanted => ({
    ...found(search),
    sort: sorted(search.sort, ['name', 'path', 'method', 'active']),
    method: methods.find((method) => method === search.method),
    active: typeof search.active === 'boolean' ? search.active : undefined,
    datasetId: text(search.datasetId),
    tokenId: text(search.tokenId),
  }),
  component: lazyRouteComponent(() => fetched(() => import('../pages/apis/apis-page')), 'ApisPage'),
});

const domainsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/domains',
  component: lazyRouteComponent(() => fetched(() => import('../pages/domains/domains-page')), 'DomainsPage'),
});

/** What is chosen and typed already of an API that is to be made. */
interface NewApiAsked {
  dataset?: string;
  version?: number;
  name?: string;
  domain?: string;
  path?: string;
}

const newApiRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/new',
  validateSearch: ({ dataset, version, name, domain, path }: Record<string, unknown>): NewApiAsked => ({
    dataset: text(dataset),
    version: whole(version),
    name: text(name),
    domain: text(domain),
    path: text(path),
  }),
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-form/new-api-page')), 'NewApiPage'),
});

/** One API: its tabs are the routes below. */
const apiRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/$apiId',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/api-page')), 'ApiPage'),
});

const overviewRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: '/',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/overview-tab')), 'OverviewTab'),
});

const testRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'test',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/test-tab')), 'TestTab'),
});

const codeRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'code',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/code-tab')), 'CodeTab'),
});

const usageRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'usage',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/usage-tab')), 'UsageTab'),
});

const liveRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'live',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-docs/live-tab')), 'LiveTab'),
});

const settingsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'settings',
  component: lazyRouteComponent(() => fetched(() => import('../pages/api-form/settings-tab')), 'SettingsTab'),
});

/** Leads from the address that settings had before there were tabs. */
const editRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'edit',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apis/$apiId/settings', params, replace: true });
  },
});

const queryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/$apiId/query',
  component: lazyRouteComponent(() => fetched(() => import('../pages/query/query-page')), 'QueryPage'),
});

export const apiRoutes = [
  apisRoute,
  domainsRoute,
  newApiRoute,
  apiRoute.addChildren([overviewRoute, testRoute, codeRoute, usageRoute, liveRoute, settingsRoute, editRoute]),
  queryRoute,
] as const;
