import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { apiQuery, apisKey, updateApi } from '../../server/apis';
import { ForEditors } from '../../shell/for-editors';
import { Loaded } from '../../ui/loaded';
import { say } from '../../ui/toasts';
import { ContractNote } from '../apis/contract-note';
import { ApiForm, type Filled } from './api-form';
import css from './api-form.module.css';
import { changeOf, draftOf } from './draft';

/** Changes an API; saved, it leads to what the API is now. */
export function SettingsTab() {
  const { apiId } = useParams({ from: '/shell/apis/$apiId/settings' });
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
      <div className={css.contract}>
        <ContractNote api={api} />
      </div>
      <ApiForm start={draftOf(api)} api={api} save={save} onCancel={() => router.history.back()} />
    </>
  );
}
