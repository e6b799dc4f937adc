import { request as send } from 'node:http';
import { useSharedStack } from '../support/use-stack';

/** Sends the address as it is: `fetch` would tidy it up before. */
function get(base: string, path: string): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('an address that names nothing', () => {
  const stack = useSharedStack();

  it.each([
    ['/docs/assets/..', [400, 404]],
    ['/docs/assets/../api-docs.js', [400, 404]],
    ['/docs/assets/%2e%2e/%2e%2e/main.js', [400, 403, 404]],
    ['/docs/assets/%00', [400, 404]],
    ['/docs/assets/', [404]],
    ['/docs/assets/none.js', [404]],
    ['/console/%00', [200, 400, 404]],
    ['/%', [400]],
    ['/%c0%ae', [400, 404]],
    ['/api/x%', [400, 401]],
    ['/manage/v1/datasets/%', [400, 401]],
    ['/nothing', [404]],
  ])('is told so in a problem document with the usual fields: %s', async (path, statuses) => {
    const { status, headers, text } = await get(stack.url, path);
    expect(statuses).toContain(status);
    if (status === 200) return;
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(text)).toMatchObject({ status, instance: headers['x-request-id'] });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.any(String),
    });
  });
});
