import { serviceEnvironment } from '@sluice/runtime/service-environment';
import { z } from 'zod';

/** The environment of the registry service. */
export const RegistryConfig = serviceEnvironment.extend({
  SLUICE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .transform((text) => new URL(text))
    .refine((url) => url.pathname === '/' && !url.search && !url.hash, 'must not have a path or a query')
    .refine((url) => !url.username && !url.password, 'must not have credentials')
    .prefault('http://localhost:8080'),
});
export type RegistryConfig = z.output<typeof RegistryConfig>;

export const REGISTRY_CONFIG = Symbol('RegistryConfig');
