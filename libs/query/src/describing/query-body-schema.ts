import type { View } from '../views/view';
import { type ControlDescription, describeControls, type JsonSchema } from './describe-controls';

/** Describes the body of `POST {path}/_query`: the controls without `_`, and the named parameters of the view. */
export function queryBodySchema(view: View): JsonSchema {
  const members = describeControls(view, 'query').map((control) => [control.name.slice(1), memberSchema(control)]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...(view.parameters.length > 0 && { parameters: { type: 'object', additionalProperties: true } }),
      ...Object.fromEntries(members),
    },
  };
}

/** A list may also be one text with commas, as in an address. */
function memberSchema({ schema, description }: ControlDescription): JsonSchema {
  if (schema.type !== 'array') return { description, ...schema };
  return { description, oneOf: [{ type: 'array', items: { type: 'string' }, minItems: 1 }, { type: 'string' }] };
}
