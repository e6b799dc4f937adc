import { inScript } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

const HEADERS = `    Authorization: \`Bearer \${process.env.${TOKEN_VARIABLE}}\`,
    Accept: "application/json",`;
const SENDING = `
    "Content-Type": "application/json",
    "Idempotency-Key": crypto.randomUUID(),`;

export const axios: Program = ({ url, parameters, body }) => {
  const lines = parameters.map(([name, value]) => `\n    [${inScript(name)}, ${inScript(value)}],`);
  return `import axios from "axios";

const options = {
  method: ${body === null ? '"GET"' : '"POST"'},
  url: ${inScript(url)},${lines.length === 0 ? '' : `\n  params: new URLSearchParams([${lines.join('')}\n  ]),`}
  headers: {
${HEADERS}${body === null ? '' : SENDING}
  },${body === null ? '' : `\n  data: ${scriptValue(body) ?? inScript(body)},`}
};

try {
  const { data } = await axios.request(options);
  console.log(data);
} catch (error) {
  console.error(error.response?.data ?? error.message);
  process.exitCode = 1;
}`;
};

export const fetch: Program = ({ body, ...request }) => {
  const value = body === null ? null : scriptValue(body);
  const sent = value === null ? inScript(body ?? '') : `JSON.stringify(${value})`;
  return `const response = await fetch(${inScript(addressOf(request))}, {${body === null ? '' : '\n  method: "POST",'}
  headers: {
${HEADERS}${body === null ? '' : SENDING}
  },${body === null ? '' : `\n  body: ${sent},`}
});
if (!response.ok) throw new Error(await response.text());
console.log(await response.json());`;
};

/** As a value of JavaScript; null where that would lose digits or set a prototype, so that only the text says it. */
function scriptValue(json: string): string | null {
  const value: unknown = JSON.parse(json);
  if (asciiOf(JSON.stringify(value)) !== json || json.includes('__proto__')) return null;
  return asciiOf(JSON.stringify(value, null, 2)).replaceAll('\n', '\n  ');
}

/** JSON has no such character but in its texts. */
function asciiOf(json: string): string {
  return json.replaceAll(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
