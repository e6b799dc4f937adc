import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addDomain, domainsQuery, removeDomain } from '../../server/apis';
import { useMay } from '../../server/may';
import { faultsAt, isToldAt } from '../../server/problem';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Loaded } from '../../ui/loaded';
import { ProblemNote } from '../../ui/problem-note';
import { complain, say } from '../../ui/toasts';
import css from './domains.module.css';
import { hostNameIn } from './host-name';

/** The host names that an API can be bound to. */
export function DomainsPage() {
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
  const host = hostNameIn(name);
  return (
    <>
      <PageHeader
        title="Domains"
        about="Host names that lead to this installation. An API answers on one of them, or on every one."
      />
      <Card>
        {mayEdit && (
          <Form
            className={css.add}
            onSubmit={() => {
              add.mutate();
            }}
          >
            <TextField
              label="New domain"
              placeholder="data.example.com"
              hint={host === null ? 'The name alone, without https:// and without a path.' : undefined}
              value={name}
              onChange={setName}
              faults={faultsAt(add.error, '/name')}
              autoComplete="off"
              spellCheck="false"
              mono
            />
            {host !== null && (
              <p className={css.pasted} role="status">
                A domain is a host name alone.{' '}
                <Button look="quiet" onPress={() => setName(host)}>
                  Use {host}
                </Button>
              </p>
            )}
            <div>
              <Button look="primary" type="submit" isPending={add.isPending}>
                Add domain
              </Button>
            </div>
          </Form>
        )}
        {add.error && !isToldAt(add.error, ['/name']) && <ProblemNote error={add.error} />}
        <Loaded query={domains}>
          {(list) =>
            list.length > 0 ? (
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
            ) : (
              <p>No domain yet. APIs answer on every host name that leads here.</p>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
