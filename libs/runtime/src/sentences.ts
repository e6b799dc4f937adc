import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/**
 * Says in a sentence that names the value what a schema has against it; undefined where the schema says so in words of
 * its own. Given to zod as its error map, so that no caller ever reads the schema's language.
 */
export function sentenceFor(issue: Issue): string | undefined {
  const name = subjectOf(issue.path ?? []);
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? requiredSentence(issue.path ?? [])
        : `${name} has to be ${nounOf(issue.expected)}`;
    case 'too_small':
      return `${name} has to ${bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `${name} has to ${bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_format':
      return `${name} has to be ${formOf(issue)}`;
    case 'not_multiple_of':
      return `${name} has to be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `there is no ${issue.keys.map((key) => key.slice(0, 100)).join(', ')}`;
    case 'invalid_value':
      return issue.input === undefined
        ? requiredSentence(issue.path ?? [])
        : `${name} has to be ${choice(issue.values)}`;
    case 'invalid_key':
      return `${name} has a name that is not allowed`;
    case 'invalid_union':
      return issue.input === undefined
        ? requiredSentence(issue.path ?? [])
        : `${name} has none of the forms that it may have`;
    default:
      return undefined;
  }
}

/** Says that a value is missing. */
export function requiredSentence(path: readonly PropertyKey[]): string {
  return `${subjectOf(path)} is required`;
}

function subjectOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'the request';
  if (typeof last !== 'number') return String(last).slice(0, 100);
  return path.length > 1 ? `entry ${last + 1} of ${subjectOf(path.slice(0, -1))}` : `entry ${last + 1}`;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  date: 'a time',
};

function nounOf(expected: string): string {
  return nouns[expected] ?? `of type ${expected}`;
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry', set: 'entry', map: 'entry' };

function bound(origin: string, comparison: string, limit: number | bigint): string {
  const unit = units[origin];
  if (!unit) return `be ${comparison} ${limit}`;
  const many = unit === 'entry' ? 'entries' : `${unit}s`;
  return `have ${comparison} ${limit} ${limit === 1 ? unit : many}`;
}

const forms: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-01-31T13:45:00Z',
  date: 'a date such as 2026-01-31',
  email: 'an e-mail address',
  url: 'an address such as https://example.org',
};

function formOf({ format, pattern, prefix, suffix }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  if (typeof prefix === 'string') return `a text that begins with ${prefix}`;
  if (typeof suffix === 'string') return `a text that ends with ${suffix}`;
  return forms[format] ?? (pattern ? `a text of the form ${pattern}` : `a text of the form ${format}`);
}

const MAX_CHOICES = 50;

function choice(values: readonly unknown[]): string {
  const told = values.slice(0, MAX_CHOICES).map(String);
  return told.length === 1 ? `${told[0]}` : `one of ${told.join(', ')}`;
}
