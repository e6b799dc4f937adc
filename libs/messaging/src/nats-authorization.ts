/** Subjects that a user may publish on and subscribe to; behind a blank, the one queue group that it has to do it in. */
export interface Permissions {
  publish: string[];
  subscribe: string[];
}

/** A user of nats-server; without permissions it may do everything. */
export interface NatsUser {
  user: string;
  password: string;
  permissions?: Permissions;
}

/** The part of nats-server's configuration that lets in these users and nobody else. */
export function authorization(users: readonly NatsUser[]): string {
  const lists = ({ publish, subscribe }: Permissions) =>
    `, permissions: {\n      publish: { allow: ${list(publish)} }\n      subscribe: { allow: ${list(subscribe)} }\n    }`;
  const lines = users.map(
    ({ user, password, permissions }) =>
      `    { user: "${user}", password: "${password}"${permissions ? lists(permissions) : ''} }\n`,
  );
  return `authorization {\n  users: [\n${lines.join('')}  ]\n}\n`;
}

function list(subjects: readonly string[]): string {
  return JSON.stringify(subjects);
}
