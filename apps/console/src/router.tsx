import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { actions, kinds } from './pages/activity/action-words';
import { apiRoutes } from './routes/api-routes';
import { datasetRoutes } from './routes/dataset-routes';
import { day, found, sorted, text } from './routes/search-params';
import { rootRoute, shellRoute } from './routes/shell-route';
import type { AuditWanted } from './server/audit';
import { fetched } from './server/connection';
import { outcomes, type RequestsWanted } from './server/requests';
import { type TokensWanted, tokenStates } from './server/tokens';
import { NotFoundPage, RouteProblem } from './shell/route-problem';

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

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/datasets', replace: true });
  },
});

const publishRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/publish',
  component: lazyRouteComponent(() => fetched(() => import('./pages/publish/publish-page')), 'PublishPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tokens',
  validateSearch: (search: Record<string, unknown>): TokensWanted => ({
    ...found(search),
    sort: sorted(search.sort, ['name', 'lastUsedAt', 'expiresAt']),
    state: tokenStates.find((state) => state === search.state),
    apiId: text(search.apiId),
  }),
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
  validateSearch: (search: Record<string, unknown>): { q?: string; sort?: string } => ({
    ...found(search),
    sort: sorted(search.sort, ['name', 'email', 'role', 'state', 'lastSignInAt']),
  }),
  component: lazyRouteComponent(() => fetched(() => import('./pages/users/users-page')), 'UsersPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  resetRoute,
  connectRoute,
  shellRoute.addChildren([
    homeRoute,
    ...datasetRoutes,
    publishRoute,
    ...apiRoutes,
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
