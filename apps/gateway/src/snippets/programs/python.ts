import { inPython } from '../literals';
import { type Parameter, type Program, TOKEN_VARIABLE } from '../subject';

/** The value of the header, as Python writes it. */
export const pythonBearer = `f"Bearer {os.environ['${TOKEN_VARIABLE}']}"`;

/** Writes the argument `params` of a call; nothing where there is none. */
export function pythonParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const lines = parameters.map(([name, value]) => `        (${inPython(name)}, ${inPython(value)}),\n`);
  return `    params=[\n${lines.join('')}    ],\n`;
}

/** Raises what the server says where it refuses: the status alone does not tell what to do. */
export function raiseRefusal(indent = ''): string {
  return `${indent}if not response.ok:\n${indent}    raise RuntimeError(response.text)`;
}

export const python: Program = ({ url, parameters, body }) => {
  const sends = body !== null;
  return `import os
${sends ? 'import uuid\n' : ''}
import requests

response = requests.${sends ? 'post' : 'get'}(
    ${inPython(url)},
${pythonParameters(parameters)}${sends ? `    data=${inPython(body)},\n` : ''}    headers={
        "Authorization": ${pythonBearer},
        "Accept": "application/json",
${sends ? '        "Content-Type": "application/json",\n        "Idempotency-Key": str(uuid.uuid4()),\n' : ''}    },
    timeout=60,
)
${raiseRefusal()}
print(response.json())`;
};
