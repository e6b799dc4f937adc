import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { datasetQuery, versionsQuery } from '../../server/datasets';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { FieldsTable } from './fields-table';

/** The fields of the latest version, as APIs over it have them. */
export function FieldsTab() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId' });
  const dataset = useQuery(datasetQuery(datasetId));
  const { data: versions } = useQuery(versionsQuery(datasetId));
  return (
    <Card title="Fields of the latest version" flush>
      <Loaded query={dataset}>
        {({ fields, keyFields }) => <FieldsTable fields={fields} keyFields={keyFields ?? []} version={versions?.[0]} />}
      </Loaded>
    </Card>
  );
}
