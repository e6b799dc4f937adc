import { start } from '@sluice/runtime/shutdown';
import { runService } from '@sluice/service/run-service';
import { RegistryConfig } from './config/registry-config';
import { RegistryModule } from './registry.module';

start(() => runService('registry', RegistryConfig, RegistryModule));
