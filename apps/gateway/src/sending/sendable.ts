import type { Route } from '@sluice/contracts/registry/routes';
import type { Sendable } from '@sluice/query/sending/sent-row-schema';

/** Gives what a POST API takes: the fields that it exposes, and its rules. */
export function sendableOf({ fields, settings }: Route): Sendable {
  const { exposed, send: rules } = settings;
  return { fields: exposed ? fields.filter(({ name }) => exposed.includes(name)) : fields, rules };
}
