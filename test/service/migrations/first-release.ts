import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';

const at = new Date('2026-11-23T21:00:00.000Z');
const id = (prefix: string, last: string) => `${prefix}_${last.padStart(26, '0')}`;
const secret = 'a secret of the first release';
const fields = [{ name: 'id', label: 'id', type: 'integer', nullable: false, position: 0 }];

/** Ids and hashes of secrets that are in the data of the first release. */
export const first = {
  apiIds: [id('api', '1'), id('api', '2')],
  datasetId: id('ds', '1'),
  versionId: id('ver', '1'),
  tokenId: id('tok', '1'),
  revokedId: id('tok', '2'),
  secretHash: hashSecret(secret),
  revokedHash: hashSecret(`${secret}, revoked`),
};

interface Stored {
  _id: string;
  [member: string]: unknown;
}

/** Writes what the first release (commits 59db295 and d085777) would have, into the databases of registry and tokens. */
export async function writeFirstRelease(mongoUrl: string): Promise<void> {
  const client = new mongo.MongoClient(mongoUrl);
  try {
    const registry = client.db('sluice_registry');
    await registry.collection<Stored>('domains').insertOne({ _id: 'localhost', createdAt: at });
    await registry.collection<Stored>('apis').insertMany(first.apiIds.map(apiOf));
    await client.db('sluice_tokens').collection<Stored>('tokens').insertMany(tokens());
  } finally {
    await client.close();
  }
}

function tokens(): Stored[] {
  const each = { expiresAt: null, createdAt: at, revision: 1 };
  const { secretHash, revokedHash } = first;
  const good = { name: 'Reporting', nameKey: 'reporting', secretHash, hint: 'slc_aaaa', revokedAt: null };
  const revoked = { name: 'Old', secretHash: revokedHash, hint: 'slc_bbbb', revokedAt: at };
  return [
    { ...each, _id: first.tokenId, ...good },
    { ...each, _id: first.revokedId, ...revoked },
  ];
}

function apiOf(_id: string, index: number): Stored {
  const { datasetId, versionId, tokenId } = first;
  const names = { slug: `api-${index}`, name: `API ${index}`, nameKey: `api ${index}`, path: `path-${index}` };
  const served = { versionId, seq: 0, number: 1, fields };
  const of = { description: '', datasetId, version: 1, served, method: 'GET', domain: null };
  const state = { active: true, firstActiveAt: at, tokenIds: [tokenId], createdAt: at, deletedAt: null, revision: 1 };
  return { _id, ...names, place: `* GET path-${index}`, ...of, ...state };
}
