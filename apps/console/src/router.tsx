import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { actions, kinds } from './pages/activity/action-words';
import type { AuditWanted } from './server/audit';
import { fetched } from './server/connection';
import { outcomes, type RequestsWanted } from './server/requests';
import { sessionQuery } from './server/session';
import { NotFoundPage, RouteProblem } from './shell/route-problem';
import { Shell } from './shell/shell';

interface Context {
  queryClient: QueryClient;
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const whole = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);

/** The words that a list is searched for. */
const found = ({ q }: Record<string, unknown>): { q?: string } => ({ q: text(q) });

const day = (value: unknown) => text(value)?.match(/^\d{4}-\d\d-\d\d$/)?.[0];

const rootRoute = createRootRouteWithContext<Context>()({ component: Outlet });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ to }: Record<string, unknown>) => ({ to: text(to) }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/session/sign-in-page')), 'SignInPage'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => fetched(() => import('./pages/session/setup-page')), 'SetupPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset',
  component: lazyRouteComponent(() => fetched(() => import('./pages/session/reset-page')), 'ResetPage'),
});

const connectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connect/$uid',
  component: lazyRouteComponent(() => fetched(() => import('./pages/connect/connect-page')), 'ConnectPage'),
});

/** Everything behind it needs somebody who is signed in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { to: location.href }, replace: true });
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/datasets', replace: true });
  },
});

const datasetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets',
  validateSearch: found,
  component: lazyRouteComponent(() => fetched(() => import('./pages/datasets/datasets-page')), 'DatasetsPage'),
});

const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId',
  component: lazyRouteComponent(() => fetched(() => import('./pages/datasets/dataset-page')), 'DatasetPage'),
});

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/import',
  validateSearch: (search: Record<string, unknown>): { import?: string } => ({ import: text(search.import) }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/imports/import-page')), 'ImportPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/compare',
  validateSearch: ({ from, to }: Record<string, unknown>) => ({ from: whole(from), to: whole(to) }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/datasets/compare-page')), 'ComparePage'),
});

const versionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/versions/$number',
  validateSearch: ({ query }: Record<string, unknown>) => ({ query: text(query) }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/preview/version-page')), 'VersionPage'),
});

const apisRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis',
  validateSearch: found,
  component: lazyRouteComponent(() => fetched(() => import('./pages/apis/apis-page')), 'ApisPage'),
});

const newApiRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/new',
  validateSearch: ({ dataset, version }: Record<string, unknown>) => ({
    dataset: text(dataset),
    version: whole(version),
  }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/api-form/new-api-page')), 'NewApiPage'),
});

const editApiRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/$apiId/edit',
  component: lazyRouteComponent(() => fetched(() => import('./pages/api-form/edit-api-page')), 'EditApiPage'),
});

const apiDocsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/$apiId',
  component: lazyRouteComponent(() => fetched(() => import('./pages/api-docs/api-docs-page')), 'ApiDocsPage'),
});

const queryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apis/$apiId/query',
  component: lazyRouteComponent(() => fetched(() => import('./pages/query/query-page')), 'QueryPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tokens',
  validateSearch: found,
  component: lazyRouteComponent(() => fetched(() => import('./pages/tokens/tokens-page')), 'TokensPage'),
});

const tokenRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tokens/$tokenId',
  component: lazyRouteComponent(() => fetched(() => import('./pages/tokens/token-page')), 'TokenPage'),
});

const usageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/usage',
  component: lazyRouteComponent(() => fetched(() => import('./pages/usage/usage-page')), 'UsagePage'),
});

const requestsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/requests',
  validateSearch: (search: Record<string, unknown>): RequestsWanted => ({
    apiId: text(search.apiId),
    tokenId: text(search.tokenId),
    datasetId: text(search.datasetId),
    requestId: text(search.requestId),
    code: text(search.code),
    outcome: outcomes.find((outcome) => outcome === search.outcome),
  }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/usage/requests-page')), 'RequestsPage'),
});

const activityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/activity',
  validateSearch: (search: Record<string, unknown>): AuditWanted => ({
    actor: text(search.actor),
    resource: text(search.resource),
    type: kinds.find((kind) => kind === search.type),
    action: actions.find((action) => action === search.action),
    from: day(search.from),
    to: day(search.to),
  }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/activity/activity-page')), 'ActivityPage'),
});

const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/profile',
  component: lazyRouteComponent(() => fetched(() => import('./pages/users/profile-page')), 'ProfilePage'),
});

const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users',
  validateSearch: found,
  component: lazyRouteComponent(() => fetched(() => import('./pages/users/users-page')), 'UsersPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  resetRoute,
  connectRoute,
  shellRoute.addChildren([
    homeRoute,
    datasetsRoute,
    datasetRoute,
    importRoute,
    compareRoute,
    versionRoute,
    apisRoute,
    newApiRoute,
    editApiRoute,
    apiDocsRoute,
    queryRoute,
    tokensRoute,
    tokenRoute,
    usageRoute,
    requestsRoute,
    activityRoute,
    profileRoute,
    usersRoute,
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    basepath: '/console',
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
