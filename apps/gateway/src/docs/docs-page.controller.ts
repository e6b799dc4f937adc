import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { errorTable } from '@sluice/contracts/errors';
import { Access } from '../auth/access';

const pageOf = (name: string) => readFileSync(join(__dirname, 'page', name), 'utf8');
const apiPage = pageOf('api-docs.html');
const managementPage = pageOf('management-docs.html');

/** Pages without data, equal for everybody: what they show is fetched with the reader's own token or key. */
@ApiExcludeController()
@Controller()
@Access('public')
export class DocsPageController {
  @Get()
  @Redirect('/console/', 302)
  root(): void {}

  @Get('console')
  @Redirect('/console/', 302)
  console(): void {}

  /** Shows the page to which the `type` of every problem document leads. */
  @Get('docs/errors')
  @Header('content-type', 'text/html; charset=utf-8')
  errors(): string {
    const rows = Object.entries(errorTable).map(
      ([code, { status, title }]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors · Sluice</title><link rel="stylesheet" href="/docs/page/docs.css"><header><h1>Errors</h1></header><table><tr><th>code</th><th>status</th><th>meaning</th></tr>${rows.join('')}</table></html>`;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  managementDocs(): string {
    return managementPage;
  }

  @Get('docs/apis/:slug')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  apiDocs(): string {
    return apiPage;
  }
}
