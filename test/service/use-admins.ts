import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { verifyAdminKey, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import { getAdmin, inviteAdmin, type Role } from '@sluice/contracts/tokens/admins';
import { completeSetup, createSetupLink, signIn } from '@sluice/contracts/tokens/sessions';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { type Caller, startCaller, startService } from './local-service';

/** Of everybody in these tests, unless they choose another one. */
export const PASSWORD = 'correct horse battery staple';
export const address = '192.0.2.1';
export const MINUTE_MS = 60_000;

type Stored = { _id: string; [member: string]: unknown };

/** Two replicas of tokens on engines of their own, and an installation whose owner is Olga. */
export class Admins {
  ownerId = '';
  private running: NestFastifyApplication[] = [];
  private client!: mongo.MongoClient;
  private engines: TestEngine[] = [];
  private config!: TokensConfig;
  private called!: Caller;

  get caller(): Caller {
    return this.called;
  }

  get services(): Caller['services'] {
    return this.called.services;
  }

  get database(): mongo.Db {
    return this.client.db('sluice_tokens');
  }

  /** `listen` runs before anything is told on the bus. */
  async start(listen: (caller: Caller) => Promise<void>): Promise<void> {
    const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    this.engines = [nats, mongodb];
    this.called = await startCaller(nats.url);
    await listen(this.called);
    this.config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    await Promise.all([this.addReplica(), this.addReplica()]);
    this.client = new mongo.MongoClient(mongodb.url);
    const { secret } = await this.services.request(createSetupLink, {});
    const owner = { name: 'Olga', email: 'Olga@Example.com', password: PASSWORD, address };
    const started = await this.services.request(completeSetup, { ...owner, secretHash: hashSecret(secret) });
    this.ownerId = started.session.admin.id ?? '';
  }

  async stop(): Promise<void> {
    await this.client?.close();
    await this.called?.close();
    await Promise.all(this.running.map((replica) => replica.close()));
    await Promise.all(this.engines.map((engine) => engine.stop()));
  }

  async addReplica(): Promise<void> {
    this.running.push(await startService(TokensModule.with(this.config)));
  }

  admins(): mongo.Collection<Stored> {
    return this.database.collection<Stored>('admins');
  }

  sessions(): mongo.Collection<Stored> {
    return this.database.collection<Stored>('sessions');
  }

  signIn(email = 'olga@example.com', password = PASSWORD) {
    return this.services.request(signIn, { email, password, address });
  }

  verify(secret: string) {
    return this.services.request(verifySession, { secretHash: hashSecret(secret) });
  }

  verifyKey(secret: string) {
    return this.services.request(verifyAdminKey, { secretHash: hashSecret(secret) });
  }

  get(adminId: string) {
    return this.services.request(getAdmin, { adminId });
  }

  /** An admin who was invited and has accepted; their email is `<name>@example.com`. */
  async member(role: Role, name: string): Promise<string> {
    const email = `${name}@example.com`;
    const { admin, secret } = await this.services.request(inviteAdmin, { name, email, role });
    const accepted = { name, email, password: PASSWORD, secretHash: hashSecret(secret), address };
    await this.services.request(completeSetup, accepted);
    return admin.id;
  }
}

/** Starts them for the tests of a file. */
export function useAdmins(listen: (caller: Caller) => Promise<void>): Admins {
  const admins = new Admins();
  beforeAll(() => admins.start(listen));
  afterAll(() => admins.stop());
  return admins;
}
