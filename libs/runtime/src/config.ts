import type { z } from 'zod';
import { sentenceFor } from './sentences';

/** The process cannot run with its environment; the message names every bad variable and never a value. */
export class ConfigError extends Error {}

/** Reads a process's whole configuration once, at its start. An empty variable counts as absent. */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present, { error: sentenceFor });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return message.startsWith(name) ? message : `${name}: ${message}`;
  });
  throw new ConfigError(`invalid configuration: ${faults.join('; ')}`);
}
