import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { ChevronRight } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import { Badge } from '../../ui/badge';
import { FaultLines, FieldGroup, TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { typeNames } from '../../ui/names';
import { Switch } from '../../ui/switch';
import css from './api-form.module.css';
import { faultsUnder } from './faults-under';
import { noRule, type RuleDraft, type SendDraft } from './send-draft';

/** What bounds a request, and below it what bounds all that was sent; with what holds where nothing is written. */
const limits = [
  [
    { member: 'maxRows', label: 'Most rows of a request', placeholder: '10000' },
    { member: 'maxBytes', label: 'Most bytes of a request', placeholder: '10000000' },
  ],
  [
    {
      member: 'maxStoredRows',
      label: 'Most rows that are stored',
      hint: 'Of all that was sent to a version; more are refused.',
      placeholder: '10000000',
    },
    { member: 'maxStoredBytes', label: 'Most bytes that are stored', placeholder: '4294967296' },
  ],
] as const;

/** Edits the rules of a POST API: how much it takes at once, and what each field has to be. */
export function SendRulesEditor({
  fields,
  send,
  onChange,
  faults,
}: {
  /** The fields that can be sent. */
  fields: readonly Field[];
  send: SendDraft;
  onChange: (send: SendDraft) => void;
  faults: readonly Fault[];
}) {
  const change = (part: Partial<SendDraft>) => onChange({ ...send, ...part });
  return (
    <>
      <FieldGroup
        legend="What a row has to be"
        hint="Besides a value of the field's type. A row that breaks a rule is refused with every fault at its place."
      >
        <ul className={css.rules}>
          {fields.map((field) => (
            <FieldRules
              key={field.name}
              field={field}
              rule={send.fields[field.name] ?? noRule}
              onChange={(rule) => change({ fields: { ...send.fields, [field.name]: rule } })}
              faults={faultsUnder(faults, `/send/fields/${pointerPart(field.name)}`)}
            />
          ))}
        </ul>
      </FieldGroup>
      {limits.map((row) => (
        <div key={row[0].member} className={css.columns}>
          {row.map(({ member, ...texts }) => (
            <TextField
              key={member}
              {...texts}
              inputMode="numeric"
              value={send[member]}
              onChange={(text) => change({ [member]: text.replace(/\D/g, '') })}
              faults={faultsUnder(faults, `/send/${member}`)}
            />
          ))}
        </div>
      ))}
      <div className={css.switches}>
        <Switch
          label="Fields that it does not know are ignored"
          isSelected={send.ignoreUnknown}
          onChange={(ignoreUnknown) => change({ ignoreUnknown })}
        />
        <Switch
          label="Senders may keep the valid rows of a request with bad ones"
          isSelected={send.lenient}
          onChange={(lenient) => change({ lenient })}
        />
      </div>
    </>
  );
}

function FieldRules({
  field: { name, type },
  rule,
  onChange,
  faults,
}: {
  field: Field;
  rule: RuleDraft;
  onChange: (rule: RuleDraft) => void;
  faults: readonly Fault[];
}) {
  const change = (part: Partial<RuleDraft>) => onChange({ ...rule, ...part });
  const isText = type === 'text';
  const hasRange = type !== 'boolean' && type !== 'json';
  const fault = (member: string) => faults.filter(({ pointer }) => pointer?.endsWith(`/${member}`));
  const others = faults.filter(({ pointer }) => !/\/(min|max|default|pattern|oneOf)(\/\d+)?$/.test(pointer ?? ''));
  return (
    <li className={css.rule}>
      <Disclosure>
        <div className={css.ruleHead}>
          <Heading level={3} className={css.ruleName}>
            <AriaButton slot="trigger" className={css.trigger}>
              <ChevronRight aria-hidden="true" />
              <code>{name}</code>
              <Badge>{typeNames[type]}</Badge>
              <span className={css.summary}>{inWords(rule)}</span>
            </AriaButton>
          </Heading>
          <span className={css.summary} aria-hidden="true">
            required
          </span>
          <Switch
            label={`${name} is required`}
            hideLabel
            isSelected={rule.required}
            onChange={(required) => change({ required })}
          />
        </div>
        <DisclosurePanel className={css.rulePanel}>
          <div className={css.columns}>
            {type !== 'json' && (
              <TextField
                label={`Default of ${name}`}
                hint={isText ? 'For rows without the field; "" is the empty text.' : 'For rows without the field.'}
                value={rule.default}
                onChange={(text) => change({ default: text })}
                faults={fault('default')}
              />
            )}
            {isText && (
              <TextField
                label={`Pattern of ${name}`}
                hint="RE2, for the whole text"
                value={rule.pattern}
                onChange={(pattern) => change({ pattern })}
                faults={fault('pattern')}
                mono
              />
            )}
            {hasRange && (
              <TextField
                label={isText ? `Fewest characters of ${name}` : `Smallest ${name}`}
                value={rule.min}
                onChange={(min) => change({ min })}
                faults={fault('min')}
              />
            )}
            {hasRange && (
              <TextField
                label={isText ? `Most characters of ${name}` : `Largest ${name}`}
                value={rule.max}
                onChange={(max) => change({ max })}
                faults={fault('max')}
              />
            )}
          </div>
          {type !== 'json' && (
            <TextField
              label={`Only these values of ${name}`}
              placeholder="one value a line; empty is any"
              value={rule.oneOf}
              onChange={(oneOf) => change({ oneOf })}
              faults={faults.filter(({ pointer }) => pointer?.includes('/oneOf'))}
              rows={2}
            />
          )}
        </DisclosurePanel>
      </Disclosure>
      {others.length > 0 && (
        <span className={fieldCss.error}>
          <FaultLines faults={others} />
        </span>
      )}
    </li>
  );
}

function inWords({ default: preset, min, max, pattern, oneOf }: RuleDraft): string {
  const words = [
    preset !== '' && `default ${preset}`,
    min !== '' && `from ${min}`,
    max !== '' && `to ${max}`,
    pattern !== '' && 'pattern',
    oneOf !== '' && 'only some values',
  ];
  return words.filter(Boolean).join(', ');
}

/** RFC 6901 section 3. */
function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
