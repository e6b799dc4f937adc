import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { listCommits } from '@sluice/contracts/catalogue/commits';
import { DatasetId } from '@sluice/contracts/ids';
import { Services } from '@sluice/messaging/services';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe } from '../../http/id.pipe';
import { ListQuery, pageRequest } from '../../http/list-query';

const datasetId = new IdPipe(DatasetId, 'dataset_not_found');

@ApiTags('datasets')
@Controller('manage/v1/datasets/:datasetId/commits')
@Access('viewer')
export class CommitsController {
  constructor(private readonly services: Services) {}

  @Describes(
    'List commits',
    'Every change of the rows that is kept, newest first: publications of versions and sends, counted in one order. An API reads any of them by `_at`.',
    listCommits,
  )
  @Get()
  @ApiOkResponse({ standardSchema: listCommits.reply })
  list(@Param('datasetId', datasetId) id: string, @Query({ schema: ListQuery }) query: ListQuery) {
    return this.services.request(listCommits, { ...pageRequest(query), datasetId: id });
  }
}
