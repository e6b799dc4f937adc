/** A role of MongoDB on one database. */
export interface MongoRole {
  role: string;
  db: string;
}

/** Lets a user see who is connected, and nothing of what they do: a restore refuses while Sluice runs. */
export const CONNECTIONS_ROLE = {
  name: 'sluiceConnections',
  privileges: [{ resource: { cluster: true }, actions: ['inprog'] }],
};

const owners = ['catalogue', 'registry', 'tokens'] as const;
const databaseOf = (owner: string) => `sluice_${owner}`;
const ownOnly = (owner: string): MongoRole[] => [{ role: 'readWrite', db: databaseOf(owner) }];

/** What each user of the product may do: a service owns its database and sees no other; a restore writes them all. */
const roles: Readonly<Record<(typeof owners)[number] | 'backup', readonly MongoRole[]>> = {
  catalogue: ownOnly('catalogue'),
  registry: ownOnly('registry'),
  tokens: ownOnly('tokens'),
  backup: [...owners.flatMap(ownOnly), { role: CONNECTIONS_ROLE.name, db: 'admin' }],
};

export const mongoUserNames = Object.keys(roles) as ReadonlyArray<keyof typeof roles>;

/** Fails for a name that is none of `mongoUserNames`. */
export function rolesOf(name: string): readonly MongoRole[] {
  const found = roles[name as keyof typeof roles];
  if (!found) throw new Error(`no user of MongoDB is called ${name}`);
  return found;
}
