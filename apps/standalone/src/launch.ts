import { ignoreFullOutputs } from '@sluice/runtime/full-outputs';
import { Failure } from './failure';
import { FirstStart } from './first-start/first-start';
import { Installation } from './installation';
import { DataDirectory } from './machine/data-directory';
import { DataDisk } from './machine/data-disk';
import { gatewayUrl } from './machine/listening-address';
import { expectFreePort } from './machine/port-check';
import { readSettings, type Settings } from './machine/settings';
import { StartFailure } from './machine/start-failure';
import { secretLines, welcomeLines } from './welcome';
import { whenReady } from './when-ready';

/** For everything that it and its processes write. */
const CLOSED_TO_OTHERS = 0o077;

const print = (line: string) => console.log(line);
const progress = (line: string) => print(`  ${line} …`);

/** Runs a whole installation until a signal ends it; what keeps it from starting or from going on is thrown. */
export async function launch(): Promise<void> {
  const startedAtMs = performance.now();
  process.umask(CLOSED_TO_OTHERS);
  const settings = readSettings();
  await expectFreePort(settings.port, settings.host);
  const data = await DataDirectory.open(settings.dataDirectory);
  const disk = new DataDisk(data.path, settings.diskReserveBytes);
  if (!settings.mongoUrl && (await data.isNew())) await disk.expectRoomForFirstStart();
  const firstStart = await FirstStart.of(data, settings);
  const failed = new Failure(data.file('logs'));
  const installation = new Installation({
    ...settings,
    gatewayPorts: [settings.port],
    hold: firstStart.pending,
    progress,
    onExit: (name, exit, delayMs) => {
      if (failed.notice(name, exit, delayMs)) return;
      const why = exit.reason ?? exit.signal ?? exit.code;
      print(`  ${name} ended (${why}), starting it again in ${delayMs / 1000} s`);
    },
  });
  const stop = stopOnSignals(installation, data);
  ignoreFullOutputs();
  disk.watch((line) => print(`  ${line}`));
  try {
    await Promise.race([failed.promise, bringUp(installation, firstStart, settings, startedAtMs)]);
    failed.started();
    await failed.promise;
  } catch (error) {
    await stop();
    const lack = await disk.lack();
    throw lack ? new StartFailure(`${(error as Error).message} (${lack})`) : error;
  }
}

async function bringUp(installation: Installation, firstStart: FirstStart, settings: Settings, startedAtMs: number) {
  progress('starting NATS, MongoDB and the services');
  await installation.start();
  const result = await firstStart.run(() => installation.bus('standalone'), progress);
  const welcome = { settings, ...result };
  for (const line of secretLines(welcome)) print(line);
  await firstStart.settle();
  installation.release();
  await whenReady(gatewayUrl(settings));
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  for (const line of welcomeLines(welcome, seconds)) print(line);
}

/** Repeated signals are one: a terminal's Ctrl-C arrives twice. */
function stopOnSignals(installation: Installation, data: DataDirectory): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= installation.stop().then(() => data.close());
    return stopped;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopped) print('\n  stopping …');
      void stop().then(() => process.exit(0));
    });
  }
  return stop;
}
