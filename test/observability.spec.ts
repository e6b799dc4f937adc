import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageFilter, UsagePoint, UsageShare } from '@sluice/contracts/registry/usage';
import { z } from 'zod';
import { projectRoot } from '../apps/standalone/src/machine/project-root';
import { documentedMetrics } from './support/documented-metrics';
import { promtool } from './support/promtool';

const folder = join(projectRoot, 'docker', 'observability');
const dashboards = join(folder, 'grafana', 'dashboards');
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

/** A dashboard, as far as tests look at it. */
const Dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(
        z.object({
          datasource: z.object({ uid: z.string() }),
          expr: z.string().optional(),
          url: z.string().optional(),
          root_selector: z.string().optional(),
          columns: z.array(z.object({ selector: z.string() })).optional(),
        }),
      ),
    }),
  ),
});
const boards = readdirSync(dashboards).map((name) => Dashboard.parse(JSON.parse(read('grafana', 'dashboards', name))));
const targets = boards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => panel.targets.map((target) => ({ of: `${title}: ${panel.title}`, ...target }))),
);
const alerts = read('alerts.yml')
  .split(/^\s+- alert: /m)
  .slice(1);
const expressions = [
  ...targets.flatMap(({ of, expr }) => (expr === undefined ? [] : [{ of, expr }])),
  ...alerts.map((alert) => ({
    of: alert.split('\n', 1)[0] ?? '',
    expr: /expr: (>\n)?([\s\S]+?)\n\s+(for|labels):/.exec(alert)?.[2] ?? '',
  })),
];
const metrics = new Map(documentedMetrics().map((metric) => [metric.name, metric]));
/** Prometheus's own: whether a process answered. */
const OWN = ['up'];
/** Labels that Prometheus gives to what it reads. */
const GIVEN = ['service', 'instance', 'job', 'le'];

/** The metric of a series: of a histogram there are three. */
const metricOf = (series: string) =>
  metrics.get(series) ?? metrics.get(series.replace(/_(bucket|sum|count)$/, '')) ?? null;
/** The names of series in an expression, each with what stands in its braces. */
const seriesIn = (expr: string) =>
  [...expr.matchAll(/\b((?:sluice|nodejs|process)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(([, name = '', labels = '']) => ({
    name,
    labels: [...labels.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
  }));

describe('alert rules and dashboards', () => {
  it('use metrics and labels of docs/metrics.md only', () => {
    expect(boards.map(({ uid }) => uid).sort()).toEqual([
      'sluice-api',
      'sluice-catalogue',
      'sluice-overview',
      'sluice-token',
    ]);
    expect(alerts.length).toBeGreaterThan(10);
    const wrong = expressions.flatMap(({ of, expr }) => {
      const series = seriesIn(expr);
      if (series.length === 0) return [`${of}: no metric in ${expr}`];
      return series.flatMap(({ name, labels }) => {
        const metric = metricOf(name);
        if (!metric && !OWN.includes(name)) return [`${of}: ${name}`];
        const known = [...GIVEN, ...(metric?.labels ?? [])];
        return labels.filter((label) => !known.includes(label)).map((label) => `${of}: ${name}{${label}}`);
      });
    });
    expect(wrong).toEqual([]);
  });

  it('group by labels that the metrics have', () => {
    const wrong = expressions.flatMap(({ of, expr }) => {
      const known = [...GIVEN, ...seriesIn(expr).flatMap(({ name }) => metricOf(name)?.labels ?? [])];
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
        list.split(',').map((each) => each.trim()),
      );
      return grouped.filter((label) => !known.includes(label)).map((label) => `${of}: by ${label}`);
    });
    expect(wrong).toEqual([]);
  });

  it('read usage as the management route tells it', () => {
    const asking = targets.filter(({ url }) => url !== undefined);
    expect(asking.length).toBeGreaterThan(8);
    const fields = { series: UsagePoint.shape, apis: UsageShare.shape, tokens: UsageShare.shape } as const;
    for (const { url = '', root_selector: root = '', columns = [] } of asking) {
      const { pathname, searchParams } = new URL(url.replaceAll(/\$\{[^}]+\}/g, 'x'));
      expect(pathname).toBe('/manage/v1/usage');
      expect([...searchParams.keys()].filter((name) => !(name in UsageFilter.shape))).toEqual([]);
      const known = Object.keys(fields[root as keyof typeof fields] ?? {});
      expect(columns.map(({ selector }) => selector).filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  it('read from data sources that are set up', () => {
    const provisioned = [...read('grafana', 'provisioning', 'datasources', 'sluice.yml').matchAll(/uid: (\S+)/g)];
    const uids = provisioned.map(([, uid]) => uid);
    expect([...new Set(targets.map(({ datasource }) => datasource.uid))].filter((uid) => !uids.includes(uid))).toEqual(
      [],
    );
  });

  const check = promtool === null ? it.skip : it;
  const reason = promtool === null ? ' (skipped: no promtool here, and no package of it)' : '';
  check(`are sound, and tell of what they should and of nothing else${reason}`, () => {
    const run = (...args: string[]) => execFileSync(promtool ?? '', args, { cwd: folder, encoding: 'utf8' });
    expect(run('check', 'config', '--syntax-only', 'prometheus.yml')).toContain('SUCCESS');
    expect(run('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});
