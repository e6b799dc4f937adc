import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import type { Engine } from '../../apps/standalone/src/embedded/engine';
import { freePorts } from './free-ports';

/** How one engine runs in a container. */
export interface ContainerSpec {
  image: string;
  port: number;
  command?: string[];
  readyLog: RegExp;
  url: (port: number) => string;
}

// The reaper would be one more image to fetch; what a killed test run leaves behind has the label org.testcontainers.
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

/** True when a Docker engine answers and has the image: a test run never downloads one. */
export async function hasImage(image: string): Promise<boolean> {
  try {
    const { container } = await getContainerRuntimeClient();
    await container.dockerode.getImage(image).inspect();
    return true;
  } catch {
    return false;
  }
}

/** An engine in a container of its own, on a host port that stays the same over kill and restart. */
export class ContainerEngine implements Engine {
  private container?: StartedTestContainer;
  private port?: number;

  constructor(private readonly spec: ContainerSpec) {}

  get url(): string {
    return this.spec.url(this.port ?? 0);
  }

  async start(): Promise<void> {
    if (this.container) {
      await this.container.restart({ timeout: 0 });
      return;
    }
    const [port = 0] = await freePorts(1);
    this.port = port;
    this.container = await new GenericContainer(this.spec.image)
      .withExposedPorts({ container: this.spec.port, host: port })
      .withCommand(this.spec.command ?? [])
      .withWaitStrategy(Wait.forLogMessage(this.spec.readyLog))
      .start();
  }

  async kill(): Promise<void> {
    if (!this.container) return;
    const { container } = await getContainerRuntimeClient();
    const found = container.dockerode.getContainer(this.container.getId());
    const { State } = await found.inspect();
    if (!State.Running) return;
    await found.kill({ signal: 'SIGKILL' });
    await found.wait();
  }

  async stop(): Promise<void> {
    await this.container?.stop({ timeout: 0, remove: true, removeVolumes: true });
    this.container = undefined;
  }
}
