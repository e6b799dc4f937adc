import './engine/thread-pool';
import { start } from '@sluice/runtime/shutdown';
import { runService } from '@sluice/service/run-service';
import { CatalogueModule } from './catalogue.module';
import { CatalogueConfig } from './config/catalogue-config';

start(() => runService('catalogue', CatalogueConfig, CatalogueModule));
