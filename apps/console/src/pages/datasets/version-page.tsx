import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Waypoints } from 'lucide-react';
import { datasetQuery, versionQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { buttonClass } from '../../ui/button';
import { Loaded } from '../../ui/loaded';
import { bytes, plural } from '../../ui/units';
import { RowExplorer } from '../explorer/row-explorer';
import { FileNotes } from '../imports/file-notes';

/** A look into one version of a dataset. */
export function VersionPage() {
  const { datasetId, number: text } = useParams({ from: '/shell/datasets/$datasetId/versions/$number' });
  const { query = '' } = useSearch({ from: '/shell/datasets/$datasetId/versions/$number' });
  const number = Number(text);
  // Rows may have been sent since somebody looked.
  const version = useQuery({ ...versionQuery(datasetId, number), staleTime: 0 });
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  return (
    <Loaded query={version}>
      {(data) => (
        <>
          <PageHeader
            title={`Version ${number}`}
            about={`${plural(data.rowCount, 'row')}, ${plural(data.fields.length, 'field')}, ${bytes(data.byteSize)}${data.note && ` · ${data.note}`}`}
            back={{ to: '/datasets/$datasetId', params: { datasetId }, label: dataset?.name ?? 'Dataset' }}
            actions={
              mayEdit && (
                <Link
                  to="/apis/new"
                  search={{ dataset: datasetId, version: number }}
                  className={buttonClass('primary')}
                >
                  <Waypoints aria-hidden="true" />
                  Create custom API
                </Link>
              )
            }
          />
          <FileNotes reading={data.reading} warnings={data.warnings} />
          <RowExplorer
            version={data}
            query={query}
            onQuery={(next) => void navigate({ to: '.', search: { query: next || undefined }, replace: true })}
          />
        </>
      )}
    </Loaded>
  );
}
