import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ACCESS_RULE } from '../../apps/gateway/src/auth/access-rule';
import { GatewayConfig } from '../../apps/gateway/src/config/gateway-config';
import { GatewayModule } from '../../apps/gateway/src/gateway.module';
import { read } from './sources';

describe('routes of the gateway', () => {
  const config = GatewayConfig.parse({ NATS_URL: 'nats://127.0.0.1:4222' });
  const { controllers = [] } = GatewayModule.with(config);
  const routes = controllers.flatMap((controller) => {
    const methods = Object.getOwnPropertyNames(controller.prototype).map((name) => controller.prototype[name]);
    return methods
      .filter((method) => typeof method === 'function' && Reflect.hasMetadata(METHOD_METADATA, method))
      .map((method) => {
        const parts: string[] = [
          Reflect.getMetadata(PATH_METADATA, controller),
          Reflect.getMetadata(PATH_METADATA, method),
        ];
        return {
          method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, method)],
          path: `/${parts.filter((part) => part !== '/').join('/')}`,
          access: Reflect.getMetadata(ACCESS_RULE, method) ?? Reflect.getMetadata(ACCESS_RULE, controller),
        };
      });
  });

  it('each declare an access rule', () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('open to everybody are pages without data, signing in, setting up and answering an application, and no other', () => {
    const open = routes.filter(({ access }) => access === 'public').map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /',
      'GET /console',
      'GET /docs',
      'GET /docs/apis/:slug',
      'GET /docs/errors',
      'GET /manage/v1/setup',
      'GET /oauth/consent/:uid',
      'GET /oauth/consent/:uid/question',
      'POST /manage/v1/session',
      'POST /manage/v1/setup',
      'POST /manage/v1/setup/password',
      'POST /oauth/consent/:uid/answer',
      'POST /oauth/consent/:uid/token',
    ]);
  });

  it('of management have the roles that docs/management.md says, and it names each of them', () => {
    const rows = [...read('docs/management.md').matchAll(/^\| `([A-Z]+)` \| `([^`]+)` \| (\w+) \|/gm)];
    const documented = rows.map(([, method, path, access]) => `${method} /manage/v1${path} ${access}`);
    const management = routes.filter(({ path }) => path.startsWith('/manage/v1/'));
    expect(documented.sort()).toEqual(
      management.map(({ method, path, access }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')} ${access}`).sort(),
    );
  });

  it('of management are read by viewers; what changes something needs an editor at least', () => {
    const ofEverybody = /^\/manage\/v1\/(session|setup|admin-keys|admins\/:adminId\/keys)/;
    const management = routes.filter(({ path }) => path.startsWith('/manage/v1/') && !ofEverybody.test(path));
    const least = (method: string | undefined) => (method === 'GET' ? ['viewer'] : ['editor', 'owner']);
    expect(management.filter(({ method, access }) => !least(method).includes(access))).toEqual([]);
  });
});
