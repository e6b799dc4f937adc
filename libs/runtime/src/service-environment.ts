import { z } from 'zod';

/** The variables that every service behind the bus has; a service's own schema extends them. */
export const serviceEnvironment = z.object({
  NATS_URL: z.string().transform((urls) => urls.split(',').map((url) => url.trim())),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  MONGO_URL: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must be a mongodb:// URL'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(9090),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type ServiceEnvironment = z.output<typeof serviceEnvironment>;
