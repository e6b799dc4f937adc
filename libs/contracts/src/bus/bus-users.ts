import * as audit from '../audit';
import * as catalogueEvents from '../catalogue/catalogue-events';
import * as datasets from '../catalogue/datasets';
import * as imports from '../catalogue/imports';
import * as rowChanges from '../catalogue/row-changes';
import * as rowFormats from '../catalogue/row-formats';
import * as rows from '../catalogue/rows';
import * as sends from '../catalogue/sends';
import type { Contract, EventContract } from '../contract';
import * as gateways from '../gateway/gateways';
import * as apis from '../registry/apis';
import * as domains from '../registry/domains';
import * as idempotency from '../registry/idempotency';
import * as routes from '../registry/routes';
import * as usage from '../registry/usage';
import * as adminVerdicts from '../tokens/admin-verdicts';
import * as admins from '../tokens/admins';
import * as quotas from '../tokens/quotas';
import * as sessions from '../tokens/sessions';
import * as tokens from '../tokens/tokens';

/** What one user of the bus needs of the others. What it answers and tells is named by the first word of the subject. */
interface BusUser {
  calls: readonly Contract[];
  hears: readonly EventContract[];
}

export const busUserNames = ['gateway', 'catalogue', 'registry', 'tokens', 'standalone'] as const;
export type BusUserName = (typeof busUserNames)[number];

/**
 * Who may do what on the bus: nats-server's permissions are made from it, and refuse everything else. A test holds it to
 * the code: a new call or listener is one line here, a new file of messages one more in `modules`.
 */
export const busUsers: Readonly<Record<BusUserName, BusUser>> = {
  gateway: {
    calls: [
      adminVerdicts.verifyAdminKey,
      adminVerdicts.verifySession,
      admins.createAdminKey,
      admins.getAdmin,
      admins.inviteAdmin,
      admins.listAdminKeys,
      admins.listAdmins,
      admins.removeAdmin,
      admins.revokeAdminKey,
      admins.updateAdmin,
      apis.assignToken,
      apis.countApisByDataset,
      apis.countApisByVersion,
      apis.createApi,
      apis.deleteApi,
      apis.getApi,
      apis.listApis,
      apis.setApiActive,
      apis.unassignToken,
      apis.updateApi,
      apis.validateApi,
      audit.listCatalogueAudit,
      audit.listRegistryAudit,
      audit.listTokensAudit,
      catalogueEvents.listSnapshots,
      datasets.createDataset,
      datasets.deleteDataset,
      datasets.deleteVersion,
      datasets.getDataset,
      datasets.getVersion,
      datasets.listDatasets,
      datasets.listVersions,
      datasets.markDatasetDeleting,
      datasets.markVersionDeleting,
      datasets.unmarkDatasetDeleting,
      datasets.unmarkVersionDeleting,
      datasets.updateDataset,
      domains.createDomain,
      domains.deleteDomain,
      domains.listDomains,
      idempotency.claimKey,
      idempotency.settleKey,
      imports.cancelImport,
      imports.getImport,
      imports.getImportReview,
      imports.listImports,
      imports.publishImport,
      imports.startImport,
      quotas.leaseQuota,
      quotas.returnQuota,
      routes.listRoutes,
      rowChanges.readChanges,
      rowFormats.exportRows,
      rowFormats.renderRows,
      rows.readRows,
      sends.sendRows,
      sessions.changePassword,
      sessions.completeSetup,
      sessions.createPasswordLink,
      sessions.createSetupLink,
      sessions.getSession,
      sessions.getSetup,
      sessions.resetPassword,
      sessions.signIn,
      sessions.signOut,
      tokens.getCursorKey,
      tokens.getToken,
      tokens.issueToken,
      tokens.listTokens,
      tokens.recordTokenUse,
      tokens.revokeToken,
      tokens.rotateToken,
      tokens.updateToken,
      tokens.verifyToken,
      usage.readUsage,
      usage.recordUsage,
    ],
    hears: [
      adminVerdicts.adminsChanged,
      adminVerdicts.adminsHeartbeat,
      catalogueEvents.catalogueHeartbeat,
      catalogueEvents.snapshotAdvanced,
      catalogueEvents.snapshotsHeartbeat,
      gateways.gatewayBeat,
      gateways.ratesTold,
      routes.registryHeartbeat,
      routes.routeChanged,
      tokens.tokenChanged,
      tokens.tokensHeartbeat,
      usage.requestsSeen,
      usage.tailWanted,
    ],
  },
  catalogue: { calls: [], hears: [] },
  registry: {
    calls: [
      datasets.deleteVersion,
      datasets.getDataset,
      datasets.getVersion,
      datasets.listSurplusVersions,
      datasets.markVersionDeleting,
      datasets.unmarkVersionDeleting,
      tokens.getToken,
    ],
    hears: [catalogueEvents.catalogueHeartbeat, catalogueEvents.versionPublished],
  },
  tokens: { calls: [], hears: [] },
  /** The launcher of `npm start`. */
  standalone: {
    calls: [admins.claimFirstAdminKey, sessions.createSetupLink],
    hears: [],
  },
};

const modules = [
  adminVerdicts,
  admins,
  apis,
  audit,
  catalogueEvents,
  datasets,
  domains,
  gateways,
  idempotency,
  imports,
  quotas,
  routes,
  rowChanges,
  rowFormats,
  rows,
  sends,
  sessions,
  tokens,
  usage,
];

/** Every message of the product. */
export const messages: readonly (Contract | EventContract)[] = modules
  .flatMap((module) => Object.values<unknown>(module))
  .filter(isMessage);

/** The service that answers a request or tells an event. */
export function ownerOf({ subject }: Contract | EventContract): string {
  return subject.split('.', 1)[0] ?? '';
}

function isMessage(value: unknown): value is Contract | EventContract {
  return typeof value === 'object' && value !== null && 'kind' in value && /^(contract|event)$/.test(`${value.kind}`);
}
