/** A member as in MongoDB's replica set configuration, as far as it is changed here; all else is kept. */
interface SetMember {
  _id: number;
  host: string;
  priority?: number;
  votes?: number;
}

/** The document that `replSetInitiate` and `replSetReconfig` take. */
export interface SetConfig {
  _id: string;
  version?: number;
  members: SetMember[];
}

const REPLICA_SET = 'sluice';

/** The configuration of a set that begins with its first member. */
export function firstConfig([host = '']: readonly string[]): SetConfig {
  return { _id: REPLICA_SET, members: [{ _id: 0, host }] };
}

/**
 * Says the next change on the way to a set that has all these hosts, `wait` until a new member has the data, or `done`. A
 * member comes without a vote, so that no write waits for it, and votes once it has caught up; MongoDB takes one change of
 * votes at a time. Members that are not among the hosts stay: whoever takes one away does it by hand.
 */
export function nextConfig(
  config: SetConfig,
  hosts: readonly string[],
  isCaughtUp: (host: string) => boolean,
): SetConfig | 'wait' | 'done' {
  const { members, version = 1 } = config;
  const changed = (next: SetMember[]): SetConfig => ({ ...config, version: version + 1, members: next });
  const missing = hosts.find((host) => !members.some((member) => member.host === host));
  if (missing !== undefined) {
    const id = Math.max(...members.map(({ _id }) => _id)) + 1;
    return changed([...members, { _id: id, host: missing, priority: 0, votes: 0 }]);
  }
  const silent = members.filter(({ host, votes }) => votes === 0 && hosts.includes(host));
  const ready = silent.find(({ host }) => isCaughtUp(host));
  if (ready) {
    return changed(members.map((member) => (member === ready ? { ...member, priority: 1, votes: 1 } : member)));
  }
  return silent.length > 0 ? 'wait' : 'done';
}
