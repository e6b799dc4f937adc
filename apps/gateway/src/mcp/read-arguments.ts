import type { z } from 'zod';
import { ValidationPipe } from '../http/validation.pipe';

const validation = new ValidationPipe();

/** Reads what a tool was called with, or refuses it with every fault. */
export async function readArguments<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): Promise<z.output<Schema>> {
  return schema.parse(await validation.transform(given, { schema, type: 'body' }));
}
