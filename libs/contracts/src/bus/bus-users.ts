import * as audit from '../audit';
import type { BusUserName } from '../bus-user-names';
import * as catalogueEvents from '../catalogue/catalogue-events';
import * as commits from '../catalogue/commits';
import * as datasets from '../catalogue/datasets';
import * as imports from '../catalogue/imports';
import * as profiles from '../catalogue/profiles';
import * as rowChanges from '../catalogue/row-changes';
import * as rowFormats from '../catalogue/row-formats';
import * as rows from '../catalogue/rows';
import * as sends from '../catalogue/sends';
import * as viewFiles from '../catalogue/view-files';
import type { Contract, EventContract } from '../contract';
import * as gateways from '../gateway/gateways';
import * as apis from '../registry/apis';
import * as domains from '../registry/domains';
import * as idempotency from '../registry/idempotency';
import * as requestLog from '../registry/request-log';
import * as routes from '../registry/routes';
import * as usage from '../registry/usage';
import * as adminVerdicts from '../tokens/admin-verdicts';
import * as admins from '../tokens/admins';
import * as agents from '../tokens/agents';
import * as consents from '../tokens/consents';
import * as leaks from '../tokens/leaks';
import * as links from '../tokens/links';
import * as oauth from '../tokens/oauth';
import * as quotas from '../tokens/quotas';
import * as sessions from '../tokens/sessions';
import * as tokens from '../tokens/tokens';

/** A new file of messages is one more line here. */
const modules = [
  adminVerdicts,
  admins,
  agents,
  apis,
  audit,
  catalogueEvents,
  commits,
  consents,
  datasets,
  domains,
  gateways,
  idempotency,
  imports,
  leaks,
  links,
  oauth,
  profiles,
  quotas,
  requestLog,
  routes,
  rowChanges,
  rowFormats,
  rows,
  sends,
  sessions,
  tokens,
  usage,
  viewFiles,
];

/** Every message of the product. */
export const messages: readonly (Contract | EventContract)[] = modules
  .flatMap((module) => Object.values<unknown>(module))
  .filter(isMessage);

/** The messages that one user of the bus calls and hears. The first word of a subject names who answers or tells it. */
interface BusUser {
  calls: readonly Contract[];
  hears: readonly EventContract[];
}

/**
 * Lists what each user may do on the bus. nats-server's permissions are made from it, and refuse everything else. Each message
 * says who calls or hears it, and a test holds that to the code.
 */
export const busUsers: Readonly<Record<BusUserName, BusUser>> = {
  gateway: userNamed('gateway'),
  catalogue: userNamed('catalogue'),
  registry: userNamed('registry'),
  tokens: userNamed('tokens'),
  standalone: userNamed('standalone'),
};

/** The service that answers a request or tells an event. */
export function ownerOf({ subject }: Contract | EventContract): string {
  return subject.split('.', 1)[0] ?? '';
}

function isMessage(value: unknown): value is Contract | EventContract {
  return typeof value === 'object' && value !== null && 'kind' in value && /^(contract|event)$/.test(`${value.kind}`);
}

function userNamed(name: BusUserName): BusUser {
  return {
    calls: messages.filter((message) => message.kind === 'contract').filter(({ calledBy }) => calledBy.includes(name)),
    hears: messages.filter((message) => message.kind === 'event').filter(({ heardBy }) => heardBy.includes(name)),
  };
}
