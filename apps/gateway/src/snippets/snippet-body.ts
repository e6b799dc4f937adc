const TOKENS = /("(?:[^"\\]|\\.)*")|\s+/g;

/**
 * The same JSON on one line, of printable ASCII and without an apostrophe: any language can hold it in a literal, and no
 * digit is lost, because it is never read as a value.
 */
export function plainJson(body: string): string {
  return body
    .replaceAll(TOKENS, (_, text: string | undefined) => text ?? '')
    .replaceAll(/[^ -~]|'/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As a value of JavaScript; null where that would lose digits, so that only the text says it. */
export function scriptValue(json: string): string | null {
  const value: unknown = JSON.parse(json);
  if (plainJson(JSON.stringify(value)) !== json || json.includes('__proto__')) return null;
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}
