import { loadConfig } from '@sluice/runtime/config';
import { serveMetrics } from '@sluice/runtime/metrics-server';
import { Readiness } from '@sluice/runtime/readiness';
import { start, stopInOrder } from '@sluice/runtime/shutdown';
import { startTracing } from '@sluice/runtime/tracing';
import { GatewayConfig } from './config/gateway-config';
import { createGateway } from './create-gateway';
import { holdReady } from './hold-ready';

start(async () => {
  const config = loadConfig(GatewayConfig);
  await startTracing('gateway', config);
  const app = await createGateway(config);
  const readiness = app.get(Readiness);
  if (config.SLUICE_HOLD_READY) holdReady(readiness);
  let stopping = false;
  readiness.register('process', () => (stopping ? 'stopping' : null));
  const stop = () => {
    stopping = true;
  };
  stopInOrder(app, stop, config.SLUICE_STOP_DELAY_MS);
  await app.listen(config.PORT, config.HOST);
  await serveMetrics(config.HEALTH_PORT, config.HEALTH_HOST);
  await app.startAllMicroservices();
});
