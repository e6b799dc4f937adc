import { z } from 'zod';
import { DEFAULT_RESERVE_BYTES } from './free-space';
import { tracingEnvironment } from './tracing';

/** The variables that every service behind the bus has; a service's own schema extends them. */
export const serviceEnvironment = z.object({
  NATS_URL: z.string().transform((urls) => urls.split(',').map((url) => url.trim())),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  MONGO_URL: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must be a mongodb:// URL'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(9090),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  /** The data directory of the embedded default, on whose disk MongoDB is; the launcher names it. */
  SLUICE_DATA_DIR: z.string().optional(),
  /** Where less is free on a disk that the process knows, it takes no rows and no imports. */
  SLUICE_DISK_RESERVE_BYTES: z.coerce.number().int().min(0).default(DEFAULT_RESERVE_BYTES),
  ...tracingEnvironment,
  /** A file outside of the database that remembers revocations. */
  SLUICE_WITNESS_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type ServiceEnvironment = z.output<typeof serviceEnvironment>;
