import { existsSync } from 'node:fs';
import { serviceEnvironment } from '@sluice/runtime/service-environment';
import { z } from 'zod';

/** The gateway's environment: that of every service, without a database. */
export const GatewayConfig = serviceEnvironment.omit({ MONGO_URL: true }).extend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  /** The address at which browsers reach the installation: one-time links begin with it; https makes cookies TLS-only. */
  SLUICE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('http://localhost:8080'),
  /** Whether agents connect by OAuth: `auto` is on unless the public address is http of another machine. */
  SLUICE_OAUTH: z.enum(['auto', 'on', 'off']).default('auto'),
  /** Largest file of an import as sent, in bytes. */
  SLUICE_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(5 * 1024 ** 3),
  /** Memory for answers that can be sent again, in bytes. */
  SLUICE_ANSWER_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(1024 ** 2)
    .default(64 * 1024 ** 2),
  /** Data requests at work at a time, without exports; more are refused as `overloaded`. */
  SLUICE_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(1_000),
  /** Data requests of one token at a time on this gateway; more are refused as `rate_limited`. */
  SLUICE_REQUESTS_PER_TOKEN: z.coerce.number().int().min(1).default(20),
  /** Exports at a time, of this gateway and of each token on it. */
  SLUICE_GATEWAY_EXPORTS: z.coerce.number().int().min(1).default(100),
  SLUICE_EXPORTS_PER_TOKEN: z.coerce.number().int().min(1).default(1),
  /** What the one share of the installation is called for readers of Delta Sharing. */
  SLUICE_SHARE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be of letters, digits, _ and -')
    .default('sluice'),
  /** What catalogues say of the installation: its title, who publishes it, and a page about them; the host, unless they are set. */
  SLUICE_CATALOG_TITLE: z.string().min(1).max(200).optional(),
  SLUICE_CATALOG_PUBLISHER: z.string().min(1).max(200).optional(),
  SLUICE_CATALOG_PAGE: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  /** Addresses and blocks of the proxies in front whose X-Forwarded-… fields are believed; none unless named. */
  SLUICE_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((block) => block.trim()))
    .pipe(
      z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be addresses or blocks such as 10.0.0.0/8')),
    )
    .default([]),
  /** A file with the public keys of secret scanners; without, leaked secrets are reported with an admin key only. */
  SLUICE_SCANNER_KEYS_FILE: z.string().refine(existsSync, 'there is no such file').optional(),
  /** How long it goes on listening after a signal to stop, not ready any more: proxies in front notice within that time. */
  SLUICE_STOP_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  /** Keeps /health/ready at 503 until the launcher says that the product is complete. */
  SLUICE_HOLD_READY: z.stringbool().default(false),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;
export const GATEWAY_CONFIG = Symbol('GatewayConfig');
