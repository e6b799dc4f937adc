import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { versionsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { Loaded } from '../../ui/loaded';
import { RowExplorer } from '../explorer/row-explorer';
import { ImportLink } from './import-link';

/** The rows of the latest version, which a dataset opens on. */
export function RowsTab() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId' });
  const { query = '' } = useSearch({ from: '/shell/datasets/$datasetId/' });
  const versions = useQuery(versionsQuery(datasetId));
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  return (
    <Loaded query={versions}>
      {([latest]) =>
        latest ? (
          <RowExplorer
            version={latest}
            query={query}
            onQuery={(next) => void navigate({ to: '.', search: { query: next || undefined }, replace: true })}
          />
        ) : (
          <Card title="Versions" flush>
            <EmptyState
              picture={Upload}
              title="No data yet"
              action={mayEdit && <ImportLink datasetId={datasetId} look="primary" />}
            >
              Import a file: its columns and their types are found out for you.
            </EmptyState>
          </Card>
        )
      }
    </Loaded>
  );
}
