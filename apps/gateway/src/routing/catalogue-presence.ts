import { Controller } from '@nestjs/common';
import { catalogueHeartbeat } from '@sluice/contracts/catalogue/catalogue-events';
import { Hears } from '@sluice/messaging/handles';
import { Readiness } from '@sluice/runtime/readiness';

/** A gateway that never heard of a catalogue cannot answer anything; later losses show in the answers themselves. */
@Controller()
export class CataloguePresence {
  private heard = false;

  constructor(readiness: Readiness) {
    readiness.register('catalogue', () => (this.heard ? null : 'no heartbeat from the catalogue service yet'));
  }

  @Hears(catalogueHeartbeat)
  beat(): void {
    this.heard = true;
  }
}
