import { useQuery } from '@tanstack/react-query';
import { documentQuery } from '../../server/api-test';
import { versionQuery } from '../../server/datasets';
import { Card } from '../../ui/card';
import { useApiCall } from './api-call';
import { BodyCard } from './body-card';
import { ParametersForm } from './parameters-form';

/** What is asked: the parameters of an API that gives rows, or the rows of one that takes them. */
export function RequestCard() {
  const { api, form, setForm, body, setBody } = useApiCall();
  const served = useQuery(documentQuery(api.id));
  const version = useQuery({
    ...versionQuery(api.datasetId, served.data?.version ?? 0),
    enabled: served.data !== undefined,
  });
  if (body !== null) {
    return <BodyCard body={body} onChange={setBody} isLoading={served.isPending} hasData={served.error === null} />;
  }
  return (
    <Card title="Parameters">
      {served.error ? (
        <p>The dataset has no data yet: import a version first.</p>
      ) : (
        <ParametersForm api={api} fields={version.data?.fields ?? []} form={form} onChange={setForm} />
      )}
    </Card>
  );
}
