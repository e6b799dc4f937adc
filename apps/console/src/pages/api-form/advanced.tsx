import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { formatNames, listedFormats } from '../../ui/names';
import { Switch } from '../../ui/switch';
import { AgentSwitches } from './agent-switches';
import css from './api-form.module.css';
import { AskableFields } from './askable-fields';
import type { Draft } from './draft';
import { ExposedFields } from './exposed-fields';
import { faultsUnder } from './faults-under';
import { FoldedPart } from './folded-part';
import { LinkRulesEditor } from './link-rules';
import { ParametersEditor } from './parameters-editor';
import { RowFilterEditor } from './row-filter-editor';
import { SendRulesEditor } from './send-rules';

/** The places whose faults stand at a field of this part. */
export const advancedPlaces = [
  '/exposed',
  '/filterable',
  '/sortable',
  '/operators',
  '/rowFilter',
  '/defaultSort',
  '/limits/defaultPage',
  '/limits/maxPage',
  '/links/latestDays',
  '/links/maxSeconds',
  '/cors',
];

interface AdvancedProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  faults: readonly Fault[];
  fields: readonly Field[];
}

/** Edits what consumers may see and ask for. Without an entry it is everything that the dataset has. */
export function Advanced({ draft, change, faults, fields }: AdvancedProps) {
  const visible =
    draft.exposed === null
      ? fields
      : draft.exposed.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return (
    <FoldedPart
      title="Advanced"
      summary={
        draft.method === 'POST'
          ? 'fields, rules for rows, origins, agents'
          : 'fields, row filter, parameters, limits, formats, links, origins, agents'
      }
      isFaulty={[...advancedPlaces, '/parameters', '/send'].some((place) => faultsUnder(faults, place).length > 0)}
    >
      <ExposedFields
        fields={fields}
        exposed={draft.exposed}
        onChange={(exposed) => change({ exposed })}
        faults={faultsUnder(faults, '/exposed')}
      />
      {draft.method === 'POST' ? (
        <SendRulesEditor fields={visible} send={draft.send} onChange={(send) => change({ send })} faults={faults} />
      ) : (
        <Reading draft={draft} change={change} faults={faults} fields={visible} allFields={fields} />
      )}
      <TextField
        label="Other origins"
        placeholder="https://app.example.com"
        hint="Web pages of these origins may call it from a browser, one a line; * is any. Empty: none."
        value={draft.origins}
        onChange={(origins) => change({ origins })}
        faults={faultsUnder(faults, '/cors')}
        rows={2}
        mono
      />
      <AgentSwitches method={draft.method} rules={draft.agents} onChange={(agents) => change({ agents })} />
    </FoldedPart>
  );
}

/** Edits the controls that only GET APIs have. */
function Reading({ draft, change, faults, fields, allFields }: AdvancedProps & { allFields: readonly Field[] }) {
  return (
    <>
      <AskableFields fields={fields} draft={draft} change={change} faults={faults} />
      <RowFilterEditor draft={draft} change={change} faults={faults} fields={allFields} />
      <ParametersEditor
        parameters={draft.parameters}
        onChange={(parameters) => change({ parameters })}
        faults={faults}
      />
      <div className={css.columns}>
        <TextField
          label="Page size"
          placeholder="100"
          inputMode="numeric"
          value={draft.defaultPage}
          onChange={(defaultPage) => change({ defaultPage: digits(defaultPage) })}
          faults={faultsUnder(faults, '/limits/defaultPage')}
        />
        <TextField
          label="Largest page size"
          placeholder="1000"
          inputMode="numeric"
          value={draft.maxPage}
          onChange={(maxPage) => change({ maxPage: digits(maxPage) })}
          faults={faultsUnder(faults, '/limits/maxPage')}
        />
      </div>
      <TextField
        label="Default order"
        placeholder="-created_at,region"
        hint="Fields with commas between; a minus in front turns the order round."
        value={draft.defaultSort}
        onChange={(defaultSort) => change({ defaultSort })}
        faults={faultsUnder(faults, '/defaultSort')}
        mono
      />
      <CheckboxGroup
        className={fieldCss.field}
        value={[...draft.formats]}
        onChange={(chosen) =>
          change({ formats: chosen.flatMap((id) => listedFormats.find((format) => format === id) ?? []) })
        }
      >
        <Label className={fieldCss.label}>Formats</Label>
        <div className={css.checks}>
          {listedFormats.map((format) => (
            <Checkbox key={format} value={format} className={css.check}>
              <span className={css.box} aria-hidden="true" />
              {formatNames[format]}
            </Checkbox>
          ))}
        </div>
        {draft.formats[0] && (
          <Text slot="description" className={fieldCss.hint}>
            Whoever asks for none gets {formatNames[draft.formats[0]]}. Excel (XLSX) comes with CSV.
          </Text>
        )}
      </CheckboxGroup>
      <div className={css.switches}>
        <Switch
          label="Whole result can be exported"
          isSelected={draft.export}
          onChange={(value) => change({ export: value })}
        />
        <Switch
          label="Rows can be grouped and aggregated"
          isSelected={draft.aggregation}
          onChange={(aggregation) => change({ aggregation })}
        />
        <Switch
          label="Rows of then can be read (_at)"
          isSelected={draft.history}
          onChange={(history) => change({ history })}
        />
      </div>
      <LinkRulesEditor
        rules={draft.links}
        onChange={(links) => change({ links })}
        faults={faults}
        isDisabled={!draft.export}
      />
    </>
  );
}

const digits = (text: string) => text.replace(/\D/g, '');
