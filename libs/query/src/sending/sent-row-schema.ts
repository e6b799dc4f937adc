import type { Field, FieldType } from '@sluice/contracts/fields';
import { type FieldRule, type SendRules } from '@sluice/contracts/send-rules';
import type { JsonSchema } from '../describing/describe-controls';
import { exactValue } from '../describing/exact-json';
import { valueSchema } from '../describing/openapi-parameters';

/** The rows that an API takes: their fields, and the rules for each. */
export interface Sendable {
  fields: readonly Field[];
  rules: SendRules;
}

/** The JSON Schema of one row as it may be sent, for documents and for programs that check before they send. */
export function sentRowSchema({ fields, rules }: Sendable): JsonSchema {
  const required = fields.filter(({ name }) => rules.fields[name]?.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map((field) => [field.name, sentValueSchema(field, rules.fields[field.name])]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: rules.unknownFields === 'ignore',
  };
}

/**
 * A row that would be taken, made of the rules alone: whoever may only send learns nothing of the rows that are there. It
 * leaves out what only a pattern tells, and there is none where such a field is required.
 */
export function exampleSentRow({ fields, rules }: Sendable): Record<string, unknown> | undefined {
  const values = fields.map(({ name, type }): [string, unknown] => [name, exampleOf(type, rules.fields[name] ?? {})]);
  if (values.some(([name, value]) => value === undefined && rules.fields[name]?.required)) return undefined;
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** The JSON Schema of a field's value as it may be sent. */
export function sentValueSchema(field: Field, rule: FieldRule = {}): JsonSchema {
  const { type } = field;
  const { min, max, pattern, oneOf, default: preset } = rule;
  const isText = type === 'text';
  const isNumber = numbers.includes(type);
  const { description: meaning, ...schema } = valueSchema({ ...field, nullable: !rule.required });
  // JSON Schema has no words for the order of dates, and not every engine reads an RE2 pattern: a description says it.
  const isPlain = pattern !== undefined && !OTHER_DIALECTS.test(pattern);
  const words = [
    meaning,
    !isText && !isNumber && min !== undefined && `from ${min}`,
    !isText && !isNumber && max !== undefined && `to ${max}`,
    pattern !== undefined && !isPlain && `the whole text matches the RE2 expression ${pattern}`,
  ];
  const description = words.filter(Boolean).join('; ');
  const choices = oneOf?.map((value) => exactValue(type, value));
  return {
    ...schema,
    ...(isText && { minLength: min, maxLength: max, pattern: isPlain ? `^(?:${pattern})$` : undefined }),
    ...(isNumber && min !== undefined && { minimum: exactValue(type, min) }),
    ...(isNumber && max !== undefined && { maximum: exactValue(type, max) }),
    ...(choices && { enum: rule.required ? choices : [...choices, null] }),
    ...(preset !== undefined && { default: exactValue(type, preset) }),
    ...(description && { description }),
  };
}

/** What not every engine of regular expressions takes: flags, names, Unicode and POSIX classes, `\A`, `\z`, `\Q`. */
const OTHER_DIALECTS = /\(\?(?!:)|\\[pPAzQECxa]|\[\[:|[^\x20-\x7e]/;

const numbers: readonly FieldType[] = ['integer', 'number', 'decimal'];

const examples: Record<FieldType, unknown> = {
  text: 'text',
  integer: 1,
  number: 1.5,
  decimal: 1,
  boolean: true,
  date: '2026-01-31',
  datetime: '2026-01-31T13:45:00Z',
  time: '13:45:00',
  json: {},
};

function exampleOf(type: FieldType, { oneOf, default: preset, min, max, pattern }: FieldRule): unknown {
  const given = oneOf?.[0] ?? preset ?? undefined;
  if (given !== undefined) return exactValue(type, given);
  if (type !== 'text') return exactValue(type, min ?? max ?? examples[type]);
  if (pattern !== undefined) return undefined;
  return 'text'.padEnd(Number(min ?? 0), '.').slice(0, Number(max ?? Number.POSITIVE_INFINITY));
}
