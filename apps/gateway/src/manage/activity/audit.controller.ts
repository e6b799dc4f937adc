import { Readable } from 'node:stream';
import { Controller, Get, Header, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AuditAction, AuditEntry, AuditedKind, type AuditFilter } from '@sluice/contracts/audit';
import { AuditEntryId } from '@sluice/contracts/ids';
import { GivenTime, pageOf } from '@sluice/contracts/page';
import { z } from 'zod';
import { Access } from '../../auth/access';
import { Describes } from '../../docs/describes';
import { ListQuery } from '../../http/list-query';
import { AuditLog } from './audit-log';

const AuditQuery = z.strictObject({
  actor: z.string().max(100).optional().meta({ description: 'Id of an admin or of a key' }),
  resource: z.string().max(300).optional().meta({ description: 'Id of what was changed' }),
  type: AuditedKind.optional().meta({ description: 'Kind of what was changed' }),
  action: AuditAction.optional().meta({ description: 'What was done' }),
  from: GivenTime.optional().meta({ description: 'Inclusive' }),
  to: GivenTime.optional().meta({ description: 'Exclusive' }),
});
const AuditPageQuery = AuditQuery.extend({
  ...ListQuery.shape,
  _cursor: AuditEntryId.optional().meta({ description: '`page.nextCursor` of the page before' }),
});
const AuditPage = pageOf(AuditEntry);

/** Routes of the audit log: who changed what, when and from where. */
@ApiTags('audit')
@Controller('manage/v1/audit')
@Access('viewer')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Describes(
    'List what was changed',
    'Entries of the audit log, newest first: who changed what, when and from where. Every parameter narrows them down.',
  )
  @Get()
  @ApiOkResponse({ standardSchema: AuditPage })
  async list(
    @Query({ schema: AuditPageQuery }) { _limit, _cursor, ...query }: z.output<typeof AuditPageQuery>,
  ): Promise<z.output<typeof AuditPage>> {
    const { entries, more } = await this.log.page(filterOf(query), _limit, _cursor);
    return { data: entries, page: { nextCursor: more ? (entries.at(-1)?.id ?? null) : null } };
  }

  @Describes(
    'Download the audit log',
    'All entries as one JSON object per line, newest first. A transfer that breaks off is not complete.',
  )
  @Get('export')
  @Header('content-disposition', 'attachment; filename="audit.ndjson"')
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  async export(@Query({ schema: AuditQuery }) query: z.output<typeof AuditQuery>): Promise<StreamableFile> {
    const lines = Readable.from(await this.log.lines(filterOf(query)), { objectMode: false });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}

function filterOf({ actor, resource, type, action, from, to }: z.output<typeof AuditQuery>): AuditFilter {
  return { actorId: actor, resourceId: resource, resourceType: type, action, from, to };
}
