import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '../auth/access';

const page = readFileSync(join(__dirname, 'page', 'api-docs.html'), 'utf8');

/** Pages without data, equal for everybody: what they show is fetched with the reader's own token or key. */
@ApiExcludeController()
@Controller()
@Access('public')
export class DocsPageController {
  @Get()
  @Redirect('/docs', 302)
  root(): void {}

  @Get('docs/apis/:slug')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  apiDocs(): string {
    return page;
  }
}
