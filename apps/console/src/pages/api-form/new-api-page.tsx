import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { apisKey, createApi } from '../../server/apis';
import { ForEditors } from '../../shell/for-editors';
import { PageHeader } from '../../shell/page-header';
import { say } from '../../ui/toasts';
import { ApiForm, type Filled } from './api-form';
import { definitionOf, newDraft } from './draft';

export function NewApiPage() {
  const { dataset, version, name = '', domain = null, path = '' } = useSearch({ from: '/shell/apis/new' });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const save = useMutation({
    mutationFn: ({ draft, fields }: Filled) => createApi(definitionOf(draft, fields)),
    onSuccess: async (api) => {
      await queryClient.invalidateQueries({ queryKey: apisKey });
      say(`${api.name} is saved`);
      await navigate({ to: '/apis/$apiId', params: { apiId: api.id } });
    },
  });
  return (
    <>
      <PageHeader
        title="Create custom API"
        about="Choose the data, name the endpoint, save. Everything else has a sensible default."
        back={{ to: '/apis', label: 'Output APIs' }}
      />
      <ForEditors>
        <ApiForm
          start={{ ...newDraft(dataset ?? '', version ?? null), name, domain, path }}
          save={save}
          onCancel={() => router.history.back()}
        />
      </ForEditors>
    </>
  );
}
