import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import type { Api } from '@sluice/contracts/registry/apis';
import { type UseMutationResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetQuery } from '../../server/datasets';
import { isToldAt, Refusal } from '../../server/problem';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { Switch } from '../../ui/switch';
import { Advanced, advancedPlaces } from './advanced';
import css from './api-form.module.css';
import { Basics } from './basics';
import { CatalogPart, catalogPlaces } from './catalog-part';
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
  const isAsSent = addressed.every((part) => save.variables?.draft[part] === draft[part]);
  const faults = [...validity.faults, ...sent.filter((fault) => isNew(fault, validity.faults, isAsSent))];
  return (
    <Form
      refused={save.error}
      className={css.form}
      onSubmit={() => {
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
      {save.error !== null && !isToldAt(save.error, toldAtFields) && <ProblemNote error={save.error} />}
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

/** The places whose faults stand at a field: what is refused of them is told there alone. */
const toldAtFields = ['/name', '/path', '/description', '/datasetId', '/version', ...advancedPlaces, ...catalogPlaces];

/** What is checked while one types. */
const addressed = ['name', 'domain', 'path', 'method'] as const;

/** What a save said of name and path holds while they are as they were sent, and need not be told twice. */
function isNew({ pointer }: Fault, live: readonly Fault[], isAsSent: boolean): boolean {
  if (!addressed.some((part) => pointer === `/${part}`)) return true;
  return isAsSent && !live.some((fault) => fault.pointer === pointer);
}
