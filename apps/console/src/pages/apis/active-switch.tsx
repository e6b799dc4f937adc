import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiQuery, apisKey, setApiActive } from '../../server/apis';
import type { ListPages } from '../../server/lists';
import { useMay } from '../../server/may';
import { Switch } from '../../ui/switch';
import { complain, say } from '../../ui/toasts';
import { useCutOff } from '../usage/cut-off';
import css from './active-switch.module.css';

/** Turns at once under the finger, unless it cuts somebody off; what the server then says is what stays. */
export function ActiveSwitch({ api }: { api: Api }) {
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const show = (next: Api) => {
    const replaced = (each: Api) => (each.id === next.id ? next : each);
    queryClient.setQueriesData<ListPages<Api>>({ queryKey: [...apisKey, 'list'] }, (list) => {
      return list && { ...list, pages: list.pages.map((page) => ({ ...page, data: page.data.map(replaced) })) };
    });
    queryClient.setQueriesData<Api[]>({ queryKey: [...apisKey, 'over'] }, (list) => list?.map(replaced));
    if (queryClient.getQueryData(apiQuery(next.id).queryKey))
      queryClient.setQueryData(apiQuery(next.id).queryKey, next);
  };
  const change = useMutation({
    mutationFn: (active: boolean) => setApiActive(api.id, active),
    onMutate: async (active) => {
      await queryClient.cancelQueries({ queryKey: apisKey });
      show({ ...api, active });
      return api;
    },
    onSuccess: (next) => {
      show(next);
      if (!next.active) say(`${next.name} is deactivated`, activate);
    },
    onError: (_error, _active, before) => show(before ?? api),
  });
  const activate = () => void change.mutateAsync(true).catch(complain);
  const { cutOff, question } = useCutOff();
  const turn = (active: boolean) => {
    if (active) return activate();
    void cutOff({
      of: { apiId: api.id },
      title: `Deactivate ${api.name}?`,
      action: 'Deactivate',
      run: () => change.mutateAsync(false),
    });
  };
  return (
    <span className={css.status}>
      <Switch
        label={`${api.name} is ${api.active ? 'on' : 'off'}`}
        hideLabel
        isDisabled={!mayEdit}
        isSelected={api.active}
        onChange={turn}
      />
      {api.active ? 'Activated' : 'Deactivated'}
      {question}
    </span>
  );
}
