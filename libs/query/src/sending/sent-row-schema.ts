import type { Field, FieldType } from '@sluice/contracts/fields';
import { type FieldRule, type SendRules } from '@sluice/contracts/send-rules';
import type { JsonSchema } from '../describing/describe-controls';
import { valueSchema } from '../describing/openapi-parameters';

/** Describes as JSON Schema the rows that an API with these rules takes. */
export interface Sendable {
  fields: readonly Field[];
  rules: SendRules;
}

/** The JSON Schema of one row as it may be sent, for documents and for programs that check before they send. */
export function sentRowSchema({ fields, rules }: Sendable): JsonSchema {
  const required = fields.filter(({ name }) => rules.fields[name]?.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, rules.fields[field.name])])),
    ...(required.length > 0 && { required }),
    additionalProperties: rules.unknownFields === 'ignore',
  };
}

/** A row that would be taken, made of the rules alone: whoever may only send learns nothing of the rows that are there. */
export function exampleSentRow({ fields, rules }: Sendable): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, example(field, rules.fields[field.name] ?? {})]));
}

function fieldSchema(field: Field, rule: FieldRule = {}): JsonSchema {
  const { min, max, pattern, oneOf, default: preset } = rule;
  const isText = field.type === 'text';
  const isNumber = numbers.includes(field.type);
  // JSON Schema has no words for dates and long numbers: a description says it.
  const bounds = isText || isNumber ? [] : [min !== undefined && `from ${min}`, max !== undefined && `to ${max}`];
  const description = bounds.filter(Boolean).join(' ');
  return {
    ...valueSchema({ ...field, nullable: !rule.required }),
    ...(isText && { minLength: min, maxLength: max, pattern: pattern && `^(?:${pattern})$` }),
    ...(isNumber && typeof min === 'number' && { minimum: min }),
    ...(isNumber && typeof max === 'number' && { maximum: max }),
    ...(oneOf && { enum: rule.required ? oneOf : [...oneOf, null] }),
    ...(preset !== undefined && { default: preset }),
    ...(description && { description }),
  };
}

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

function example({ type }: Field, { oneOf, default: preset, min, max }: FieldRule): unknown {
  return oneOf?.[0] ?? preset ?? (type === 'text' ? examples.text : (min ?? max ?? examples[type]));
}
