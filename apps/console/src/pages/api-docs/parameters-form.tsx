import type { Field } from '@sluice/contracts/fields';
import type { ApiParameter } from '@sluice/contracts/registry/api-settings';
import type { Api } from '@sluice/contracts/registry/apis';
import { useState } from 'react';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { typeNames } from '../../ui/names';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import css from './api-docs.module.css';
import { FilterLine } from './filter-line';
import { filterableFields, type QueryForm, visibleFields } from './query-form';

const SHOWN_AT_FIRST = 8;
const NONE = '-';

/** Everything that a request may say, each typed as its field is. */
export function ParametersForm({
  api,
  fields,
  form,
  onChange,
}: {
  api: Api;
  fields: readonly Field[];
  form: QueryForm;
  onChange: (form: QueryForm) => void;
}) {
  const [all, setAll] = useState(false);
  const change = (part: Partial<QueryForm>) => onChange({ ...form, ...part });
  const filterable = filterableFields(api, fields);
  const shown = all ? filterable : filterable.slice(0, SHOWN_AT_FIRST);
  const sortable = visibleFields(api, fields).filter(
    ({ name, type }) => type !== 'json' && (api.sortable?.includes(name) ?? true),
  );
  return (
    <div className={css.form}>
      {api.parameters.map((parameter) => (
        <TextField
          key={parameter.name}
          label={parameter.name}
          hint={told(parameter)}
          placeholder={parameter.default === null || parameter.default === undefined ? '' : String(parameter.default)}
          value={form.parameters[parameter.name] ?? ''}
          onChange={(value) => change({ parameters: { ...form.parameters, [parameter.name]: value } })}
          isRequired={parameter.default === null || parameter.default === undefined}
        />
      ))}
      <fieldset className={css.filters}>
        <legend>Filters</legend>
        {shown.map(({ field, operators }) => (
          <FilterLine
            key={field.name}
            field={field}
            operators={operators}
            condition={form.conditions[field.name] ?? { op: operators[0] ?? 'eq', value: '' }}
            onChange={(condition) => change({ conditions: { ...form.conditions, [field.name]: condition } })}
          />
        ))}
        {filterable.length > SHOWN_AT_FIRST && (
          <Button look="quiet" onPress={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${filterable.length} fields`}
          </Button>
        )}
      </fieldset>
      <div className={css.controls}>
        <Select
          label="Sort by"
          choices={[
            { id: NONE, label: 'The order of the file' },
            ...sortable.map(({ name }) => ({ id: name, label: name })),
          ]}
          value={form.sort === '' ? NONE : form.sort}
          onChange={(id) => change({ sort: id === NONE ? '' : id })}
        />
        <TextField
          label="Rows"
          hint={`${api.limits.maxPage} at most`}
          inputMode="numeric"
          value={form.limit}
          onChange={(limit) => change({ limit: limit.replace(/\D/g, '') })}
        />
      </div>
      <Switch
        label="Largest first"
        isSelected={form.descending}
        isDisabled={form.sort === ''}
        onChange={(descending) => change({ descending })}
      />
      <TextField
        label="More of the query"
        placeholder="_select=id,region&_q=north"
        hint="Whatever else the query language knows, as it stands in the address."
        value={form.more}
        onChange={(more) => change({ more })}
        autoComplete="off"
        spellCheck="false"
        mono
      />
    </div>
  );
}

function told({ type, description }: ApiParameter) {
  return (
    <>
      <Badge>{typeNames[type]}</Badge> {description}
    </>
  );
}
