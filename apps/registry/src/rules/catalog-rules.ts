import type { Fault } from '@sluice/contracts/fault';
import type { CatalogSettings, Contact } from '@sluice/contracts/registry/catalog-settings';
import { z } from 'zod';
import { fault } from './api-rules';

const MAX_ADDRESS = 500;
const MAX_NAME = 200;
/** RFC 5321 section 4.5.3.1.3. */
const MAX_EMAIL = 254;
/** Visible ASCII without what would end an address in a header field (RFC 8288 section 3) or in RDF. */
const ADDRESS = /^https:\/\/[^\s<>"\\^`{|}\u007f-\uffff]+$/;
const Email = z.email();

/** Finds the faults of what catalogues are to be told. */
export function* catalogFaults(settings: CatalogSettings): Generator<Fault> {
  const { license, contact, deprecatedAt, sunsetAt, deprecationPage } = settings;
  yield* addressFaults('/license', license, 'such as https://creativecommons.org/licenses/by/4.0/');
  if (contact) yield* contactFaults(contact);
  if (deprecatedAt !== null && sunsetAt !== null && Date.parse(sunsetAt) < Date.parse(deprecatedAt))
    yield {
      ...fault('/sunsetAt', 'too_early', 'An API does not end before it is deprecated'),
      hint: `name ${deprecatedAt} or later`,
    };
  yield* addressFaults('/deprecationPage', deprecationPage, 'such as https://example.com/changes');
  if (deprecationPage !== null && deprecatedAt === null && sunsetAt === null)
    yield {
      ...fault('/deprecationPage', 'not_allowed', 'An API that does not end has no page that tells about it'),
      hint: 'set deprecatedAt or sunsetAt as well',
    };
}

function* contactFaults({ name, email, page }: Contact): Generator<Fault> {
  if (name.trim() === '') yield fault('/contact/name', 'required', 'Name the person or the office to ask');
  else if (name.length > MAX_NAME)
    yield { ...fault('/contact/name', 'too_long', `The name has ${name.length} characters`), max: MAX_NAME };
  if (email === null && page === null)
    yield { ...fault('/contact', 'required', 'Nobody can be asked by a name alone'), hint: 'add an email or a page' };
  if (email !== null && (email.length > MAX_EMAIL || !Email.safeParse(email).success))
    yield { ...fault('/contact/email', 'invalid_email', 'This is no email address'), hint: 'such as data@example.com' };
  yield* addressFaults('/contact/page', page, 'such as https://example.com/contact');
}

function* addressFaults(pointer: string, address: string | null, hint: string): Generator<Fault> {
  if (address === null) return;
  if (address.length > MAX_ADDRESS)
    yield { ...fault(pointer, 'too_long', `The address has ${address.length} characters`), max: MAX_ADDRESS };
  else if (!ADDRESS.test(address) || !URL.canParse(address))
    yield { ...fault(pointer, 'invalid_address', 'This is no https address in ASCII'), hint };
}
