import { Controller } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { readUsage, recordUsage, type Usage } from '@sluice/contracts/registry/usage';
import { Handles } from '@sluice/messaging/handles';
import { UsageService } from './usage.service';

@Controller()
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Handles(recordUsage)
  record(request: RequestOf<typeof recordUsage>): Promise<Record<string, never>> {
    return this.usage.record(request);
  }

  @Handles(readUsage)
  read(request: RequestOf<typeof readUsage>): Promise<Usage> {
    return this.usage.read(request);
  }
}
