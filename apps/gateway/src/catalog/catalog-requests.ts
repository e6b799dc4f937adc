import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Admission } from '../admission/admission';
import { type Document, sendDocument, writeDocument } from '../answering/documents';
import { AccessTokenGuard } from '../auth/bearer.guard';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { HttpProblem } from '../http/problem';
import { searchOf } from '../http/search';
import { Limits } from '../limits/limits';
import { isAssigned } from '../routing/locate';
import { Routes } from '../routing/route-feed';
import { LINKSET_PATH, LINKSET_TYPE, linksetOf } from './api-linkset';
import { type CatalogPage, pageBehind, readAfter } from './catalog-page';
import { catalogOf } from './dcat-catalog';

/** The forms in which APIs are told. */
export type CatalogForm = 'dcat' | 'linkset';

const KEPT_BYTES = 16 * 1024 ** 2;

/** Answers which APIs there are: to everybody those that are listed, with a token also those that it is assigned to. */
@Injectable()
export class CatalogRequests {
  /** The pages for everybody, written once for each state of the list. */
  private readonly kept = new LRUCache<string, Document>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ answer }) => 2 * answer.body.length,
  });
  private keptOf: readonly Route[] = [];

  constructor(
    private readonly tokens: AccessTokenGuard,
    private readonly admission: Admission,
    private readonly limits: Limits,
    private readonly routes: Routes,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async answer(form: CatalogForm, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const verdict = request.headers.authorization === undefined ? null : await this.tokens.authenticate(request, reply);
    if (verdict) this.admission.data.enter(verdict.id, request, reply);
    else this.admission.admitUnknown(request, reply);
    const charge = verdict ? await this.limits.charge(verdict, reply) : undefined;
    const after = readAfter(searchOf(request));
    // RFC 9727 section 2 asks for it with HEAD, and it is true of every answer here.
    reply.header('link', `<${LINKSET_PATH}>; rel="api-catalog"`);
    const document = verdict ? this.write(form, this.pageFor(verdict, after), after) : this.pageForAll(form, after);
    await sendDocument({ request, reply, charge }, document);
  }

  private pageFor(verdict: Verdict, after: string | null): CatalogPage {
    const told = [...this.table().all()].filter(
      (route) => route.active && (route.listed || isAssigned(route, verdict)),
    );
    return pageBehind(
      told.sort((a, b) => (a.apiId < b.apiId ? -1 : 1)),
      after,
    );
  }

  private pageForAll(form: CatalogForm, after: string | null): Document {
    const listed = this.table().listed();
    if (listed !== this.keptOf) this.kept.clear();
    this.keptOf = listed;
    const page = pageBehind(listed, after);
    // By where it begins, not by what was asked for: there are no more pages than the list has.
    const key = `${form} ${page.begin}`;
    const document = this.kept.get(key) ?? this.write(form, page, page.begin === 0 ? null : after);
    this.kept.set(key, document);
    return document;
  }

  private write(form: CatalogForm, page: CatalogPage, after: string | null): Document {
    if (form === 'dcat') return writeDocument(catalogOf(page, after, this.config), 'application/ld+json');
    return writeDocument(linksetOf(page, this.config.SLUICE_PUBLIC_URL), LINKSET_TYPE);
  }

  private table() {
    const table = this.routes.table();
    if (!table) throw new HttpProblem('unavailable', { detail: 'the gateway does not know its routes yet' });
    return table;
  }
}
