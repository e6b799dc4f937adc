import type { Fault } from '@sluice/contracts/fault';
import { DisplayName } from '@sluice/contracts/names';
import { createApi, MAX_PATH_LENGTH, PATH_PATTERN } from '@sluice/contracts/registry/apis';
import { HostName } from '@sluice/contracts/registry/domains';
import { refuse } from '@sluice/messaging/service-error';
import { slugOf } from './slug';

const MAX_NAME_LENGTH = 100;
const MAX_DOMAIN_LENGTH = 253;

/** Finds the fault of a name as it stands, without asking what else exists. */
export function nameFault(name: string): Fault | null {
  const trimmed = name.trim();
  if (trimmed === '') return fault('/name', 'required', 'An API needs a name');
  if (trimmed.length > MAX_NAME_LENGTH)
    return { ...fault('/name', 'too_long', `The name has ${trimmed.length} characters`), max: MAX_NAME_LENGTH };
  if (!DisplayName.safeParse(name).success)
    return fault('/name', 'invalid_characters', 'The name has control or invisible characters');
  return null;
}

/** Empty text is no way to say "any domain": that is null. */
export function domainFault(domain: string, known: string[]): Fault | null {
  if (domain.trim().length > MAX_DOMAIN_LENGTH)
    return { ...fault('/domain', 'too_long', 'The host name is too long'), max: MAX_DOMAIN_LENGTH };
  const host = HostName.safeParse(domain);
  if (!host.success)
    return {
      ...fault('/domain', 'invalid_host_name', 'This is not a host name'),
      hint: 'Labels of letters, digits and inner hyphens with dots between, such as data.example.com; no scheme, port or path',
    };
  if (known.includes(host.data)) return null;
  return {
    ...fault('/domain', 'unknown_domain', `This installation does not answer on ${host.data}`),
    hint: 'Leave it out to answer on every domain of the installation',
    allowed: known,
  };
}

export function pathFault(path: string): Fault | null {
  if (path.length > MAX_PATH_LENGTH)
    return { ...fault('/path', 'too_long', `The path has ${path.length} characters`), max: MAX_PATH_LENGTH };
  if (PATH_PATTERN.test(path)) return null;
  const mended = path
    .split('/')
    .filter((segment) => segment.trim() !== '')
    .map(slugOf)
    .join('/');
  return {
    ...fault(
      '/path',
      'invalid_path',
      'A path has segments of lower-case letters, digits and hyphens that start with a letter or digit, with / between',
    ),
    ...(mended && mended.length <= MAX_PATH_LENGTH ? { hint: `${mended} would do`, suggestions: [mended] } : {}),
  };
}

/** Makes the fault of one member of an API definition. */
export function fault(pointer: string, code: string, detail: string): Fault {
  return { in: 'body', pointer, code, detail };
}

/** These two alone mean a conflict with what exists (409); with any other fault the request is invalid (422). */
const conflictCodes = ['name_taken', 'path_taken'] as const;

/** Throws all faults together, if there are any: as a conflict when they are nothing else, else as an invalid request. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults;
  if (!first) return;
  const conflicts = faults.map(({ code }) => conflictCodes.find((conflict) => conflict === code));
  const code = conflicts.every((conflict) => conflict !== undefined) ? conflicts[0] : undefined;
  throw refuse(createApi, code ?? 'invalid_request', faults.length === 1 ? first.detail : undefined, faults);
}

/** A host name as stored and compared. */
export function normalHost(domain: string | null): string | null {
  return domain === null ? null : domain.trim().toLowerCase();
}
