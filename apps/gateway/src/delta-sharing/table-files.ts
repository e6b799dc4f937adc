import { Injectable } from '@nestjs/common';
import { type ChangePart, openChangeFile, openViewFile } from '@sluice/contracts/catalogue/view-files';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import type { FastifyRequest } from 'fastify';
import { FileLinks } from '../links/file-links';
import { type PagePlan, rowCondition } from '../reading/page-plan';
import type { ToldFile } from './table-lines';

/** The changes of one commit of a version. */
export interface ChangedFile extends ToldFile {
  seq: number;
}

/** Has the files of tables made, and links to them. */
@Injectable()
export class TableFiles {
  constructor(
    private readonly services: Services,
    private readonly links: FileLinks,
  ) {}

  /** The file of all rows of a plan; null where there are none. */
  async whole(request: FastifyRequest, route: Route, plan: PagePlan): Promise<ToldFile | null> {
    const { query, snapshot } = plan;
    const { select, sort } = query;
    const asked = { snapshot, select, filter: rowCondition(query), sort };
    const { sha256: id, bytes, rows } = await this.services.request(openViewFile, asked);
    return rows === 0 ? null : { id, bytes, rows, link: await this.links.make(request, route, plan) };
  }

  /** The files of what became of the rows of a plan since a snapshot; null where the rows of two versions cannot be told apart. */
  async changes(
    request: FastifyRequest,
    route: Route,
    plan: PagePlan,
    before: Snapshot,
  ): Promise<ChangedFile[] | null> {
    const { query, snapshot: now } = plan;
    const asked = { before, now, select: query.select, filter: rowCondition(query) };
    try {
      const { file, parts } = await this.services.request(openChangeFile, asked);
      return await Promise.all(parts.map((part) => this.told(request, route, plan, before, file.sha256, part)));
    } catch (error) {
      if (isRefusal(error, openChangeFile, 'not_found')) return null;
      throw error;
    }
  }

  private async told(
    request: FastifyRequest,
    route: Route,
    plan: PagePlan,
    before: Snapshot,
    sha256: string,
    { seq, bytes, rows }: ChangePart,
  ): Promise<ChangedFile> {
    const link = await this.links.make(request, route, plan, { changes: { before, seq } });
    return { id: `${sha256}-${seq}`, bytes, rows, seq, link };
  }
}
