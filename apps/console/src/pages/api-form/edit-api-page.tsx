import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { apiQuery, apisKey, updateApi } from '../../server/apis';
import { ForEditors } from '../../shell/for-editors';
import { PageHeader } from '../../shell/page-header';
import { FaultLines } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import { Note } from '../../ui/note';
import { say } from '../../ui/toasts';
import { ApiForm, type Filled } from './api-form';
import { changeOf, draftOf } from './draft';

export function EditApiPage() {
  const { apiId } = useParams({ from: '/shell/apis/$apiId/edit' });
  const api = useQuery({ ...apiQuery(apiId), staleTime: 0 });
  return (
    <ForEditors>
      <Loaded query={api}>{(data) => <EditForm key={data.id} api={data} />}</Loaded>
    </ForEditors>
  );
}

function EditForm({ api }: { api: Api }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const save = useMutation({
    mutationFn: ({ draft, fields }: Filled) =>
      updateApi(api, { ...changeOf(draft, fields), ...(draft.path.trim() !== '' && { path: draft.path }) }),
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: apisKey });
      say(`${saved.name} is saved`);
      await navigate({ to: '/apis/$apiId', params: { apiId: saved.id } });
    },
  });
  return (
    <>
      <PageHeader title={`Edit ${api.name}`} back={{ to: '/apis', label: 'Output APIs' }} />
      {api.contractFaults.length > 0 && (
        <div style={{ maxWidth: 820, marginBottom: 24 }}>
          <Note tone="warn">
            The newest version does not fit, so that the API stays on the last one that did:{' '}
            <FaultLines faults={api.contractFaults} />
          </Note>
        </div>
      )}
      <ApiForm start={draftOf(api)} api={api} save={save} onCancel={() => router.history.back()} />
    </>
  );
}
