import { resolve } from 'node:path';
import { loadConfig } from '@sluice/runtime/config';
import { DEFAULT_RESERVE_BYTES } from '@sluice/runtime/free-space';
import { isSecret } from '@sluice/runtime/secret-format';
import { z } from 'zod';
import { isLoopback } from './listening-address';
import { projectRoot } from './project-root';

const Settings = z
  .object({
    PORT: z.coerce.number('not a port number').int('not a port number').min(1).max(65_535).default(8_080),
    HOST: z.union([z.ipv4(), z.ipv6(), z.literal('localhost')], 'not an address of this machine').optional(),
    SLUICE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'not an http(s) URL' }).optional(),
    SLUICE_DATA_DIR: z.string().default('.sluice'),
    SLUICE_ADMIN_KEY: z
      .string()
      .refine((key) => isSecret(key, 'sla'), 'not an admin key (sla_, 43 characters and a checksum)')
      .optional(),
    SLUICE_SAMPLE: z.enum(['true', 'false']).default('true'),
    SLUICE_DISK_RESERVE_BYTES: z.coerce
      .number('not a number of bytes')
      .int('not a number of bytes')
      .min(0)
      .default(DEFAULT_RESERVE_BYTES),
    SLUICE_WITNESS_FILE: z.string().optional(),
    NATS_URL: z.string().optional(),
    MONGO_URL: z.string().optional(),
  })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST ?? (isHere(env.SLUICE_PUBLIC_URL) ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: (env.SLUICE_PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, ''),
    dataDirectory: resolve(projectRoot, env.SLUICE_DATA_DIR),
    witnessFile: resolve(
      projectRoot,
      env.SLUICE_WITNESS_FILE ?? `${env.SLUICE_DATA_DIR.replace(/[\\/]+$/, '')}-witness.jsonl`,
    ),
    adminKey: env.SLUICE_ADMIN_KEY,
    sample: env.SLUICE_SAMPLE === 'true',
    diskReserveBytes: env.SLUICE_DISK_RESERVE_BYTES,
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGO_URL,
  }));
export type Settings = z.output<typeof Settings>;

/** True when callers of this URL are on this machine, and for none. */
function isHere(publicUrl?: string): boolean {
  return publicUrl === undefined || isLoopback(new URL(publicUrl).hostname);
}

/** Reads what `npm start` takes from the environment; a relative data directory is one of the project. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return loadConfig(Settings, env);
}
