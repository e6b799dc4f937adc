import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addDomain, domainsQuery, removeDomain } from '../../server/apis';
import { useMay } from '../../server/may';
import { faultsAt, isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Loaded } from '../../ui/loaded';
import { ProblemNote } from '../../ui/problem-note';
import { complain, say } from '../../ui/toasts';
import css from './domains-card.module.css';

/** The host names that an API can be bound to. */
export function DomainsCard() {
  const domains = useQuery(domainsQuery);
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: domainsQuery.queryKey });
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => addDomain(name),
    onSuccess: async () => {
      await refresh();
      setName('');
    },
  });
  const remove = useMutation({
    mutationFn: removeDomain,
    onSuccess: async (_, gone) => {
      await refresh();
      say(`${gone} is removed`);
    },
    onError: complain,
  });
  return (
    <div className={css.card}>
      <Card title="Domains">
        <p>Host names that lead to this installation. An API answers on one of them, or on every one.</p>
        <Loaded query={domains}>
          {(list) =>
            list.length > 0 && (
              <ul className={css.list} aria-label="Domains">
                {list.map((domain) => (
                  <li key={domain.name} className={css.item}>
                    <code>{domain.name}</code>
                    {mayEdit && (
                      <Button
                        look="quiet"
                        aria-label={`Remove ${domain.name}`}
                        isPending={remove.isPending && remove.variables === domain.name}
                        onPress={() => remove.mutate(domain.name)}
                      >
                        Remove
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
        {mayEdit && (
          <Form
            className={css.add}
            onSubmit={(event) => {
              event.preventDefault();
              add.mutate();
            }}
          >
            <TextField
              label="New domain"
              placeholder="data.example.com"
              value={name}
              onChange={setName}
              faults={faultsAt(add.error, '/name')}
              autoComplete="off"
              mono
            />
            <Button type="submit" isPending={add.isPending}>
              Add domain
            </Button>
          </Form>
        )}
        {add.error && !isToldAt(add.error, ['/name']) && <ProblemNote error={add.error} />}
      </Card>
    </div>
  );
}
