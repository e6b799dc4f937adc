import { errorTable } from '@sluice/contracts/errors';
import type { Method } from '@sluice/contracts/registry/apis';
import type { Route } from '@sluice/contracts/registry/routes';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { locate } from './locate';
import type { RouteTable } from './route-table';

/** Active APIs by method and path, on every domain. */
function table(...known: [Method, string][]): RouteTable {
  const find = (_domain: string, path: string, method: Method) => {
    const found = known.some(([each, at]) => each === method && at === path);
    return found ? ({ apiId: `${method} ${path}`, method, active: true } as Route) : undefined;
  };
  return { find } as RouteTable;
}

function located(routes: RouteTable, method: string, url: string): unknown {
  try {
    const { route, resource } = locate(routes, { method, url, hostname: 'localhost' } as FastifyRequest);
    return [route.apiId, resource];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return [errorTable[error.code].status, error.headers.allow].filter((part) => part !== undefined);
  }
}

describe('the resource of a data request', () => {
  const both = table(['GET', 'a/b'], ['POST', 'a/b'], ['POST', 'in'], ['GET', 'out']);

  it.each([
    ['GET', '/api/a/b', ['GET a/b', 'rows']],
    ['HEAD', '/api/a/b?x=1', ['GET a/b', 'rows']],
    ['POST', '/api/a/b', ['POST a/b', 'sends']],
    ['GET', '/api/a/b/_schema?x=/_query', ['GET a/b', 'schema']],
    ['GET', '/api/a/b/_openapi.json', ['GET a/b', 'openapi']],
    ['POST', '/api/a/b/_query', ['GET a/b', 'query']],
    ['QUERY', '/api/a/b', ['GET a/b', 'query']],
    ['GET', '/api/in/_schema', ['POST in', 'schema']],
    ['HEAD', '/api/in/_openapi.json', ['POST in', 'openapi']],
  ])('of %s %s is that of the API that it belongs to', (method, url, expected) => {
    expect(located(both, method, url)).toEqual(expected);
  });

  it.each([
    ['PUT', '/api/a/b', [405, 'GET, HEAD, QUERY, POST']],
    ['POST', '/api/out', [405, 'GET, HEAD, QUERY']],
    ['QUERY', '/api/in', [405, 'POST']],
    ['QUERY', '/api/out/_query', [405, 'POST']],
    ['GET', '/api/in', [405, 'POST']],
    ['POST', '/api/in/_query', [405, '']],
    ['GET', '/api/out/_query', [405, 'POST']],
    ['POST', '/api/out/_schema', [405, 'GET, HEAD']],
    ['GET', '/api/out/_other', [404]],
    ['GET', '/api/out/_schema/x', [404]],
    ['GET', '/api/_schema', [404]],
    ['GET', '/api/nothing/_schema', [404]],
    ['GET', '/api/out/', [404]],
  ])('is refused for %s %s', (method, url, expected) => {
    expect(located(both, method, url)).toEqual(expected);
  });

  it('is told where only the slash at the end is too much, and nothing else is', () => {
    const detailAt = (url: string) => {
      try {
        locate(both, { method: 'GET', url, hostname: 'localhost' } as FastifyRequest);
      } catch (error) {
        if (error instanceof HttpProblem) return error.detail;
      }
      throw new Error('it was found');
    };
    expect(detailAt('/api/a/b/?x=1')).toBe('write /api/a/b without the slash at its end');
    expect(detailAt(`/api/a/b${'/'.repeat(9)}`)).toBe('write /api/a/b without the slash at its end');
    expect(detailAt('/api/a/c/')).toBe('no active API answers at this address');
    expect(detailAt('/api/a')).toBe('no active API answers at this address');
  });
});
