import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import { MAX_PROFILE_FIELDS, Profile, readProfile } from '@sluice/contracts/catalogue/profiles';
import type { Field } from '@sluice/contracts/fields';
import { DatasetId } from '@sluice/contracts/ids';
import { Services } from '@sluice/messaging/services';
import { FaultList } from '@sluice/query/values/fault-list';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { IdPipe, VersionNumber } from '../../http/id.pipe';
import { listOf } from '../../http/list-query';
import { invalidQuery } from '../../http/problem';
import { Snapshots } from '../../routing/snapshots';

const datasetId = new IdPipe(DatasetId, 'dataset_not_found');
const versionNumber = new VersionNumber();

const ProfileQuery = z.strictObject({
  fields: listOf(z.string(), MAX_PROFILE_FIELDS)
    .optional()
    .meta({
      description: `Separated by commas, at most ${MAX_PROFILE_FIELDS}; the first ${MAX_PROFILE_FIELDS} by default`,
    }),
});

@ApiTags('datasets')
@Controller('manage/v1/datasets/:datasetId/versions/:number/profile')
@Access('viewer')
export class ProfilesController {
  constructor(
    private readonly services: Services,
    private readonly snapshots: Snapshots,
  ) {}

  @Describes(
    'Profile fields',
    'Of each field over all rows of a version: how many have no value, how many values differ, the smallest and the largest, and a histogram or the most frequent values.',
    getVersion,
    readProfile,
    'invalid_query',
  )
  @Get()
  @ApiOkResponse({ standardSchema: Profile })
  async profile(
    @Param('datasetId', datasetId) dataset: string,
    @Param('number', versionNumber) number: number,
    @Query({ schema: ProfileQuery }) query: z.output<typeof ProfileQuery>,
  ): Promise<Profile> {
    const { id, fields } = await this.services.request(getVersion, { datasetId: dataset, number });
    const names = namesOf(query.fields, fields);
    return this.services.request(readProfile, { snapshot: await this.snapshots.newest(id), fields: names });
  }
}

function namesOf(asked: readonly string[] | undefined, fields: readonly Field[]): string[] {
  const names = fields.map(({ name }) => name);
  if (!asked) return names.slice(0, MAX_PROFILE_FIELDS);
  const known = new Set(names);
  const list = new FaultList('query');
  for (const name of asked)
    if (!known.has(name))
      list.unknown({ name: 'fields' }, 'unknown_field', `there is no field ${name.slice(0, 100)}`, () => names, name);
  if (list.faults.length > 0) throw invalidQuery(list.faults);
  return [...asked];
}
