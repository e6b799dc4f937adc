import { z } from 'zod';
import { contract } from '../contract';
import { Timestamp } from '../page';

/** A host name: labels of letters, digits and inner hyphens, at most 63 characters each and 253 in all (RFC 1123 section 2.1), lower case. */
export const HostName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/, 'not a host name');

/** A host name that the installation answers on. */
export const Domain = z.object({ name: z.string(), createdAt: Timestamp }).meta({ id: 'Domain' });
export type Domain = z.infer<typeof Domain>;

export const CreateDomain = z.strictObject({ name: HostName }).meta({ id: 'CreateDomain' });

export const listDomains = contract({
  subject: 'registry.domains.list',
  isRead: true,
  request: z.object({}),
  reply: z.object({ data: z.array(Domain) }),
  errors: [],
});

export const createDomain = contract({
  subject: 'registry.domains.create',
  request: CreateDomain,
  reply: Domain,
  errors: ['domain_taken'],
});

export const deleteDomain = contract({
  subject: 'registry.domains.delete',
  request: z.object({ name: z.string() }),
  reply: z.object({}),
  errors: ['domain_not_found', 'domain_in_use'],
});
