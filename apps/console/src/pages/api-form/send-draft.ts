import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FieldRule, SendRules, SendRulesChange } from '@sluice/contracts/send-rules';

/** The rules of one field as they are typed; empty is no rule. */
export interface RuleDraft {
  required: boolean;
  default: string;
  min: string;
  max: string;
  pattern: string;
  /** One value a line. */
  oneOf: string;
}

export interface SendDraft {
  maxRows: string;
  maxBytes: string;
  maxStoredRows: string;
  maxStoredBytes: string;
  ignoreUnknown: boolean;
  lenient: boolean;
  fields: Readonly<Record<string, RuleDraft>>;
}

export const noRule: RuleDraft = { required: false, default: '', min: '', max: '', pattern: '', oneOf: '' };
export const openSend: SendDraft = {
  maxRows: '',
  maxBytes: '',
  maxStoredRows: '',
  maxStoredBytes: '',
  ignoreUnknown: false,
  lenient: false,
  fields: {},
};

export function draftOfSend(rules: SendRules): SendDraft {
  const { maxRows, maxBytes, maxStoredRows, maxStoredBytes, unknownFields, lenient, fields } = rules;
  return {
    maxRows: String(maxRows),
    maxBytes: String(maxBytes),
    maxStoredRows: String(maxStoredRows),
    maxStoredBytes: String(maxStoredBytes),
    ignoreUnknown: unknownFields === 'ignore',
    lenient,
    fields: Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, draftOfRule(rule)])),
  };
}

export function sendOf(draft: SendDraft, fields: readonly Field[]): SendRulesChange {
  const rules = Object.entries(draft.fields).map(([name, rule]) => {
    const type = fields.find((field) => field.name === name)?.type ?? 'text';
    return [name, ruleOf(rule, type)] as const;
  });
  return {
    ...(draft.maxRows !== '' && { maxRows: Number(draft.maxRows) }),
    ...(draft.maxBytes !== '' && { maxBytes: Number(draft.maxBytes) }),
    ...(draft.maxStoredRows !== '' && { maxStoredRows: Number(draft.maxStoredRows) }),
    ...(draft.maxStoredBytes !== '' && { maxStoredBytes: Number(draft.maxStoredBytes) }),
    unknownFields: draft.ignoreUnknown ? 'ignore' : 'refuse',
    lenient: draft.lenient,
    fields: Object.fromEntries(rules.filter(([, rule]) => Object.keys(rule).length > 0)),
  };
}

function draftOfRule({ required = false, default: preset, min, max, pattern = '', oneOf = [] }: FieldRule): RuleDraft {
  const text = (value: string | number | boolean | null | undefined) =>
    value === '' ? EMPTY_TEXT : String(value ?? '');
  return {
    required,
    default: text(preset),
    min: text(min),
    max: text(max),
    pattern,
    oneOf: oneOf.map(text).join('\n'),
  };
}

function ruleOf({ required, default: preset, min, max, pattern, oneOf }: RuleDraft, type: FieldType): FieldRule {
  // The smallest and the largest of a text are numbers of characters.
  const bound = type === 'text' ? 'integer' : type;
  const choices = oneOf.split('\n').filter((line) => line !== '');
  return {
    ...(required && { required }),
    ...(preset !== '' && { default: ruleValue(preset, type) }),
    ...(min !== '' && { min: ruleValue(min, bound) }),
    ...(max !== '' && { max: ruleValue(max, bound) }),
    ...(pattern !== '' && { pattern }),
    ...(choices.length > 0 && { oneOf: choices.map((line) => ruleValue(line, type)) }),
  };
}

const EMPTY_TEXT = '""';

/** As the field has it; what a number would lose digits of stays a text. */
function ruleValue(text: string, type: FieldType): string | number | boolean {
  if (text === EMPTY_TEXT) return '';
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  const isNumber = type === 'integer' || type === 'number' || type === 'decimal';
  return isNumber && String(Number(text)) === text ? Number(text) : text;
}
