import { start } from '@sluice/runtime/shutdown';
import { runService } from '@sluice/service/run-service';
import { TokensConfig } from './config/tokens-config';
import { TokensModule } from './tokens.module';

start(() => runService('tokens', TokensConfig, TokensModule));
