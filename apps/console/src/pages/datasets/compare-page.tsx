import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { datasetQuery, versionQuery, versionsQuery } from '../../server/datasets';
import { PageHeader } from '../../shell/page-header';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { Loaded } from '../../ui/loaded';
import { Select } from '../../ui/select';
import css from './datasets.module.css';
import { fieldChanges } from './field-changes';

const tones = { added: 'good', removed: 'bad', changed: 'warn', same: 'plain' } as const;

/** Shows what changed in the fields from one version to another. */
export function ComparePage() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId/compare' });
  const { from, to } = useSearch({ from: '/shell/datasets/$datasetId/compare' });
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const versions = useQuery(versionsQuery(datasetId));
  const navigate = useNavigate();
  const latest = versions.data?.[0]?.number ?? 1;
  const [first, second] = [from ?? versions.data?.[1]?.number ?? latest, to ?? latest];
  const [before, after] = useQueries({ queries: [versionQuery(datasetId, first), versionQuery(datasetId, second)] });
  const show = (search: { from: number; to: number }) =>
    void navigate({ to: '/datasets/$datasetId/compare', params: { datasetId }, search, replace: true });
  const choices = (versions.data ?? []).map(({ number }) => ({ id: String(number), label: `Version ${number}` }));
  return (
    <>
      <PageHeader
        title="Compare versions"
        about="What changed in the fields: what consumers of an API over this dataset would notice."
        back={{ to: '/datasets/$datasetId', params: { datasetId }, label: dataset?.name ?? 'Dataset' }}
      />
      <div className={css.compare}>
        <Select
          label="From"
          choices={choices}
          value={String(first)}
          onChange={(id) => show({ from: Number(id), to: second })}
        />
        <Select
          label="To"
          choices={choices}
          value={String(second)}
          onChange={(id) => show({ from: first, to: Number(id) })}
        />
      </div>
      <Card flush>
        <Loaded query={before}>
          {(old) => (
            <Loaded query={after}>
              {(now) => (
                <DataTable
                  columns={[
                    { label: 'Field', cell: ({ name }) => <code>{name}</code> },
                    { label: 'Change', cell: ({ kind }) => <Badge tone={tones[kind]}>{kind}</Badge> },
                    { label: `From version ${first}`, looks: ['medium', 'soft'], cell: ({ was }) => was ?? '–' },
                    { label: `To version ${second}`, looks: ['medium', 'soft'], cell: ({ is }) => is ?? '–' },
                  ]}
                  items={fieldChanges(old.fields, now.fields)}
                  keyOf={({ name }) => name}
                />
              )}
            </Loaded>
          )}
        </Loaded>
      </Card>
    </>
  );
}
