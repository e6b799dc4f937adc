import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { listRoutes } from '@sluice/contracts/registry/routes';
import { Handles } from '@sluice/messaging/handles';
import { RoutesService } from './routes.service';

@Controller()
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  @Handles(listRoutes)
  list(request: RequestOf<typeof listRoutes>): Promise<ReplyOf<typeof listRoutes>> {
    return this.routes.list(request);
  }
}
