import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import type { Api } from '@sluice/contracts/registry/apis';
import { type UseMutationResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetQuery } from '../../server/datasets';
import { Refusal } from '../../server/problem';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { Switch } from '../../ui/switch';
import { Advanced } from './advanced';
import css from './api-form.module.css';
import { Basics } from './basics';
import { CatalogPart } from './catalog-part';
import { type Draft, rowFilterFault } from './draft';
import { Source } from './source';
import { useValidity } from './use-validity';

/** The form, and the fields of its dataset by which what was typed is read. */
export interface Filled {
  draft: Draft;
  fields: readonly Field[];
}

interface ApiFormProps {
  start: Draft;
  /** The API being edited; absent for a new one. */
  api?: Api;
  save: UseMutationResult<Api, unknown, Filled>;
  onCancel: () => void;
}

/** Everything that makes an API, the usual in sight and the rest folded away. */
export function ApiForm({ start: given, api, save, onCancel }: ApiFormProps) {
  const [start] = useState(given);
  const [draft, setDraft] = useState(start);
  const change = (part: Partial<Draft>) => setDraft((held) => ({ ...held, ...part }));
  const { data: dataset } = useQuery({ ...datasetQuery(draft.datasetId), enabled: draft.datasetId !== '' });
  const validity = useValidity(draft, api?.id);
  const sent = save.error instanceof Refusal ? save.error.faults : [];
  const faults = [...validity.faults, ...sent.filter((fault) => !isToldLive(fault))];
  return (
    <Form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (rowFilterFault(draft.rowFilter) === null) save.mutate({ draft, fields: dataset?.fields ?? [] });
      }}
    >
      <Card title="Data">
        <Source draft={draft} change={change} faults={faults} fixed={api !== undefined} />
      </Card>
      <Card title="Endpoint">
        <Basics draft={draft} change={change} faults={faults} validity={validity} />
      </Card>
      <Card>
        <Advanced draft={draft} change={change} faults={faults} fields={dataset?.fields ?? []} />
      </Card>
      <Card>
        <CatalogPart
          draft={draft.catalog}
          change={(part) => change({ catalog: { ...draft.catalog, ...part } })}
          faults={faults}
          isRead={draft.method === 'GET'}
        />
      </Card>
      <KeepUnsaved isChanged={draft !== start && !save.isPending} />
      {save.error !== null && <ProblemNote error={save.error} />}
      <div className={css.foot}>
        <Switch
          label={draft.active ? 'On: it answers as soon as it is saved' : 'Off: it answers nobody yet'}
          isSelected={draft.active}
          onChange={(active) => change({ active })}
        />
        <div className={css.buttons}>
          <Button onPress={onCancel}>Cancel</Button>
          <Button look="primary" type="submit" isPending={save.isPending}>
            Save
          </Button>
        </div>
      </div>
    </Form>
  );
}

/** Name, domain and path are checked while one types: what a save said of them is older than that. */
function isToldLive({ pointer }: Fault): boolean {
  return pointer === '/name' || pointer === '/path' || pointer === '/domain';
}
