import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayConfig } from '../../apps/gateway/src/config/gateway-config';
import { createGateway } from '../../apps/gateway/src/create-gateway';
import type { EdgeTimeouts } from '../../apps/gateway/src/http/server';
import type { TestEngine } from '../support/engine-choice';
import { freePorts } from '../support/free-ports';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { addAdminKey, startNeighbours } from './gateway-neighbours';

/** One gateway as its own process would run it, in the test's process. */
export class LocalGateway {
  private nats?: TestEngine;
  private neighbours?: NestFastifyApplication;
  private app?: NestFastifyApplication;
  url = '';
  /** An owner's. */
  adminKey = '';

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly timeouts: EdgeTimeouts | undefined,
  ) {}

  async start(): Promise<void> {
    this.nats = await startNats();
    this.neighbours = await startNeighbours(this.nats.url);
    const [port = 0] = await freePorts(1);
    this.url = `http://127.0.0.1:${port}`;
    this.adminKey = addAdminKey();
    const fixed = { NATS_URL: this.nats.url, LOG_LEVEL: 'silent', SLUICE_PUBLIC_URL: this.url };
    // One token of a test stands for many callers.
    const many = { SLUICE_REQUESTS_PER_TOKEN: '1000' };
    this.app = await createGateway(GatewayConfig.parse({ ...fixed, ...many, ...this.env }), this.timeouts);
    await this.app.listen(port, '127.0.0.1');
    await this.app.startAllMicroservices();
    await waitFor('the gateway to be ready', async () => (await fetch(`${this.url}/health/ready`)).ok);
  }

  /** Stops the gateway alone, as a signal does. */
  async stopGateway(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async stop(): Promise<void> {
    await this.stopGateway();
    await this.neighbours?.close();
    await this.nats?.stop();
  }
}

/** Gives the tests of this file a gateway before stub services on a nats-server of its own. */
export function useGateway(env: Readonly<Record<string, string>> = {}, timeouts?: EdgeTimeouts): LocalGateway {
  const gateway = new LocalGateway(env, timeouts);
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());
  return gateway;
}
