import { versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import { contract, type PayloadOf, type RequestInput } from '@sluice/contracts/contract';
import type { Field } from '@sluice/contracts/fields';
import { type Api, createApi, getApi, updateApi } from '@sluice/contracts/registry/apis';
import { routeChanged } from '@sluice/contracts/registry/routes';
import { waitFor } from '../support/wait-for';
import { addDataset, addVersion, field } from './neighbours';
import { useRegistry } from './use-registry';

const patientCreate = contract({ ...createApi, timeoutMs: 20_000 });

/** Fields of the datasets that a publisher has, unless a test gives others. */
export const id = field('id', 'id', 'integer');
export const region = field('region');
export const amount = field('amount', 'amount', 'decimal');
const meta = field('meta', 'meta', 'json');
export const all = [id, region, amount, meta];

type Settings = Omit<RequestInput<typeof updateApi>, 'apiId' | 'revision'>;

/** Starts two replicas of registry for the tests of a file, and gives what a publisher does there and gateways hear. */
export function useRegistryPublisher() {
  let changes: PayloadOf<typeof routeChanged>[];
  const caller = useRegistry({}, async ({ listen }) => {
    changes = await listen(routeChanged);
  });
  let dataRev = 0;
  let names = 0;

  const dataset = (fields: Field[] = all) => {
    const datasetId = addDataset(0);
    addVersion(datasetId, fields);
    return datasetId;
  };
  const create = (settings: Settings, datasetId = dataset()) =>
    caller.services.request(patientCreate, {
      name: `API ${++names}`,
      datasetId,
      active: true,
      ...settings,
    } as RequestInput<typeof createApi>);
  const get = (api: Api) => caller.services.request(getApi, { apiId: api.id });
  /** With the revision that it has now. */
  const update = async (api: Api, change: Settings) =>
    caller.services.request(updateApi, { apiId: api.id, revision: (await get(api)).revision, ...change });
  const faultsOf = (refused: Promise<unknown>) =>
    refused.then(
      () => [],
      (error) => error.faults.map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code]),
    );
  const route = (api: Api) => changes.findLast(({ apiId }) => apiId === api.id)?.route;
  const publish = (datasetId: string, fields: Field[]) => {
    const { id: versionId, number } = addVersion(datasetId, fields);
    caller.events.publish(versionPublished, { datasetId, versionId, number, dataRev: ++dataRev });
    return number;
  };
  const isServed = (api: Api, version: number) =>
    waitFor(`version ${version}`, () => (route(api)?.version === version ? route(api) : undefined));
  const isHeld = (api: Api) =>
    waitFor('the faults', async () => {
      const { contractFaults } = await get(api);
      return contractFaults.length > 0 ? contractFaults : undefined;
    });

  return { services: () => caller.services, dataset, create, get, update, faultsOf, route, publish, isServed, isHeld };
}
