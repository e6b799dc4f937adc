import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const Login = z.object({ user: z.string(), password: z.string() });
/** A user of NATS or MongoDB and its password: letters, digits and `-`. */
export type Login = z.infer<typeof Login>;

/**
 * The logins of one system by the services that use them. `given` is in a service's files; `others` are let in as well,
 * while one login is replaced by another. `dropped` names users that are to exist no more.
 */
export const Logins = z.object({
  stage: z.enum(['steady', 'prepared', 'handed-out']),
  services: z.record(z.string(), z.object({ given: Login, others: z.array(Login) })),
  dropped: z.array(z.string()).default([]),
});
export type Logins = z.infer<typeof Logins>;

/** A step of replacing every login of a system; between two of them the system and the services take over what changed. */
export const rotationSteps = ['prepare', 'hand-out', 'retire'] as const;
export type RotationStep = (typeof rotationSteps)[number];

/** Gives every service that has no login one: that of an earlier release where `earlier` knows it, or a new one. */
export function completeLogins(
  stored: Logins | null,
  services: readonly string[],
  earlier: (service: string) => Login | null = () => null,
): Logins {
  const logins = stored ?? { stage: 'steady', services: {}, dropped: [] };
  const missing = services.filter((service) => !(service in logins.services));
  const made = missing.map((service) => [
    service,
    { given: earlier(service) ?? { user: service, password: newPassword() }, others: [] },
  ]);
  return { ...logins, services: { ...logins.services, ...Object.fromEntries(made) } };
}

/** Takes one step of a rotation. One that was taken already changes nothing, so that an interrupted rotation is begun again. */
export function rotate(logins: Logins, step: RotationStep): Logins {
  const change = (stage: Logins['stage'], next: (of: Logins['services'][string]) => Logins['services'][string]) => ({
    ...logins,
    stage,
    services: Object.fromEntries(Object.entries(logins.services).map(([name, of]) => [name, next(of)])),
  });
  if (step === 'prepare' && logins.stage === 'steady') {
    return change('prepared', ({ given }) => ({ given, others: [successorOf(given)] }));
  }
  if (step === 'hand-out' && logins.stage === 'prepared') {
    return change('handed-out', ({ given, others: [next = given] }) => ({ given: next, others: [given] }));
  }
  if (step === 'retire' && logins.stage === 'handed-out') {
    const ended = Object.values(logins.services).flatMap(({ others }) => others.map(({ user }) => user));
    return { ...change('steady', ({ given }) => ({ given, others: [] })), dropped: ended };
  }
  return logins;
}

/** Lists the logins that a system has to let in, with the service that each is of. */
export function acceptedLogins({ services }: Logins): Array<Login & { service: string }> {
  return Object.entries(services).flatMap(([service, { given, others }]) =>
    [given, ...others].map((login) => ({ ...login, service })),
  );
}

/** The same service under another name, since neither NATS nor MongoDB knows two passwords of one user. */
function successorOf({ user }: Login): Login {
  const [, name = user, number = '1'] = /^(.*?)-(\d+)$/.exec(user) ?? [];
  return { user: `${name}-${Number(number) + 1}`, password: newPassword() };
}

export function newPassword(): string {
  return randomBytes(24).toString('hex');
}
