import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  type Api,
  assignToken,
  countApis,
  countApisByDataset,
  countApisByVersion,
  createApi,
  deleteApi,
  getApi,
  listApis,
  setApiActive,
  unassignToken,
  updateApi,
  validateApi,
} from '@sluice/contracts/registry/apis';
import { Handles } from '@sluice/messaging/handles';
import { ApisService } from './apis.service';
import { AssignmentsService } from './assignments.service';

@Controller()
export class ApisController {
  constructor(
    private readonly apis: ApisService,
    private readonly assignments: AssignmentsService,
  ) {}

  @Handles(createApi)
  create(request: RequestOf<typeof createApi>): Promise<Api> {
    return this.apis.create(request);
  }

  @Handles(validateApi)
  validate(request: RequestOf<typeof validateApi>): Promise<ReplyOf<typeof validateApi>> {
    return this.apis.validate(request);
  }

  @Handles(getApi)
  get(request: RequestOf<typeof getApi>): Promise<Api> {
    return this.apis.get(request.apiId);
  }

  @Handles(listApis)
  list(request: RequestOf<typeof listApis>): Promise<ReplyOf<typeof listApis>> {
    return this.apis.list(request);
  }

  @Handles(updateApi)
  update(request: RequestOf<typeof updateApi>): Promise<Api> {
    return this.apis.update(request);
  }

  @Handles(deleteApi)
  delete(request: RequestOf<typeof deleteApi>): Promise<Record<string, never>> {
    return this.apis.delete(request.apiId);
  }

  @Handles(setApiActive)
  setActive(request: RequestOf<typeof setApiActive>): Promise<Api> {
    return this.apis.setActive(request);
  }

  @Handles(assignToken)
  assign(request: RequestOf<typeof assignToken>): Promise<Record<string, never>> {
    return this.assignments.assign(request);
  }

  @Handles(unassignToken)
  unassign(request: RequestOf<typeof unassignToken>): Promise<Record<string, never>> {
    return this.assignments.unassign(request);
  }

  @Handles(countApisByVersion)
  countByVersion({ datasetId, number }: RequestOf<typeof countApisByVersion>): Promise<{ count: number }> {
    return this.apis.countByVersion(datasetId, number);
  }

  @Handles(countApis)
  count(request: RequestOf<typeof countApis>): Promise<ReplyOf<typeof countApis>> {
    return this.apis.count(request);
  }

  @Handles(countApisByDataset)
  countByDataset(request: RequestOf<typeof countApisByDataset>): Promise<{ count: number }> {
    return this.apis.countByDataset(request.datasetId);
  }
}
