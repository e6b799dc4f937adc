import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { fetched } from '../server/connection';
import { found, sorted, text, whole } from './search-params';
import { shellRoute } from './shell-route';

/** The query of rows, as consumers would write it. */
const queried = ({ query }: Record<string, unknown>): { query?: string } => ({ query: text(query) });

const datasetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets',
  validateSearch: (search: Record<string, unknown>): { q?: string; sort?: string } => ({
    ...found(search),
    sort: sorted(search.sort, ['name', 'createdAt']),
  }),
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/datasets-page')), 'DatasetsPage'),
});

/** One dataset: its tabs are the routes below. */
const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId',
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/dataset-page')), 'DatasetPage'),
});

const rowsRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: '/',
  validateSearch: queried,
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/rows-tab')), 'RowsTab'),
});

const versionsRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: 'versions',
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/versions-tab')), 'VersionsTab'),
});

const fieldsRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: 'fields',
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/fields-tab')), 'FieldsTab'),
});

const usageRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: 'usage',
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/usage-tab')), 'UsageTab'),
});

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/import',
  validateSearch: (search: Record<string, unknown>): { import?: string } => ({ import: text(search.import) }),
  component: lazyRouteComponent(() => fetched(() => import('../pages/imports/import-page')), 'ImportPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/compare',
  validateSearch: ({ from, to }: Record<string, unknown>) => ({ from: whole(from), to: whole(to) }),
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/compare-page')), 'ComparePage'),
});

const versionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/datasets/$datasetId/versions/$number',
  validateSearch: queried,
  component: lazyRouteComponent(() => fetched(() => import('../pages/datasets/version-page')), 'VersionPage'),
});

export const datasetRoutes = [
  datasetsRoute,
  datasetRoute.addChildren([rowsRoute, versionsRoute, fieldsRoute, usageRoute]),
  importRoute,
  compareRoute,
  versionRoute,
] as const;
