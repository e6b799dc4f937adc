import { parse, stringify } from 'lossless-json';

/** A number of a JSON text, exactly as it was written. */
export class NumberText {
  constructor(readonly text: string) {}
}

export class NotJson extends Error {}

/** JSON in which numbers keep all their digits. Throws NotJson, also for a key that is given twice with other values. */
export function parseJson(text: string): unknown {
  try {
    return parse(text, undefined, (number) => new NumberText(number));
  } catch (cause) {
    throw new NotJson('the text is not JSON', { cause });
  }
}

/** Writes what was read by `parseJson`, each number as it stood. */
export function writeJson(value: unknown): string {
  const written = stringify(value, undefined, undefined, [
    { test: (each) => each instanceof NumberText, stringify: (each) => (each as NumberText).text },
  ]);
  return written ?? 'null';
}

/** A JSON object whose own keys are all that it has: a `__proto__` in the text makes none. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
