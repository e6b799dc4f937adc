import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../apps/standalone/src/embedded/run';
import { CALLBACK } from './oauth-browser';

/** Why there can be none on this machine. */
export const missingOpenssl = findOnPath('openssl') ? undefined : 'no openssl on the PATH';

/** A website of an application with the document that it is known by, under a certificate that `certificate` vouches for. */
export class ClientDocument {
  /** Every address that was asked for. */
  readonly asked: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'sluice-client-'));
  private server?: Server;
  private port = 0;

  /** Path of the certificate, for `NODE_EXTRA_CA_CERTS`. */
  get certificate(): string {
    return join(this.folder, 'certificate.pem');
  }

  address(path: string): string {
    return `https://localhost:${this.port}${path}`;
  }

  async start(): Promise<void> {
    const keyFile = join(this.folder, 'key.pem');
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', this.certificate, ...names], {
      stdio: 'ignore',
    });
    const pair = { key: readFileSync(keyFile), cert: readFileSync(this.certificate) };
    const server = createServer(pair, ({ url = '' }, response) => {
      this.asked.push(url);
      if (url === '/moved') response.writeHead(302, { location: this.address('/client') }).end();
      else if (url === '/huge') response.end(JSON.stringify({ ...this.document(url), padding: 'x'.repeat(1_000_000) }));
      else response.end(JSON.stringify(this.document(url === '/other' ? '/client' : url)));
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server?.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  private document(path: string) {
    return {
      client_id: this.address(path),
      client_name: 'Known by a document',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    };
  }
}
