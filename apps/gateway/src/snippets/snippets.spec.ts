import { SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { snippet } from './snippets';

const subject = {
  method: 'GET' as const,
  url: 'https://data.example.com/api/sales/orders',
  query: `region=it's "EU" & more\u000a$(reboot)&_limit=10&id__in=1&id__in=2`,
};

describe('a snippet', () => {
  it.each(SnippetLanguage.options)(
    'in %s reads the token from the environment and holds the whole request',
    (language) => {
      const code = snippet(language, subject);
      expect(code).toContain('SLUICE_TOKEN');
      expect(code).not.toContain('sluice-token-goes-here');
      expect(code).toContain('https://data.example.com/api/sales/orders');
      expect(code).toContain('_limit');
      expect(code).toContain('id__in');
    },
  );

  it.each(['fetch', 'curl', 'pandas', 'r', 'go', 'csharp', 'java', 'php', 'powershell'] as const)(
    'in %s lets nothing of the query leave its literal',
    (language) => {
      const [address = ''] = /https:\/\/data\.example\.com\/[^\n]*?id__in=2/.exec(snippet(language, subject)) ?? [];
      expect(address).toMatch(/^[\w:/.?&=%+()-]+$/);
      const [, search = ''] = address.split('?');
      expect([...new URLSearchParams(search)]).toEqual([...new URLSearchParams(subject.query)]);
    },
  );

  const rows = `[{"note": "it's \\"5\\" \\\\ $(reboot) é\\u000a", "id": 9007199254740993, "amount": 12.50}]`;
  it.each(SnippetLanguage.options)('in %s sends the rows with every digit, under a key of their own', (language) => {
    const code = snippet(language, { method: 'POST', url: subject.url, query: '', body: rows });
    expect(code).toContain('9007199254740993');
    expect(code).toContain('12.50');
    expect(code).toMatch(/Idempotency-Key/);
    expect(code).toMatch(/SLUICE_TOKEN/);
    expect(code).not.toMatch(/goes-here|it's|text\/plain/);
    expect(code).toMatch(/^[\n\t -~]+$/);
  });

  it('in JavaScript is a program whose request is the one that was asked for', async () => {
    const code = snippet('axios', subject).replace(/^import .*$/m, '');
    const asked: { options?: { params: Record<string, unknown>; headers: Record<string, string> } } = {};
    const axios = {
      request: (options: NonNullable<typeof asked.options>) => {
        asked.options = options;
        return { data: [] };
      },
    };
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
    await new AsyncFunction('axios', 'process', 'console', code)(
      axios,
      { env: { SLUICE_TOKEN: 'slc_x' } },
      {
        log() {},
        error(e: Error) {
          throw e;
        },
      },
    );
    expect(asked.options?.params).toEqual({
      region: `it's "EU" `,
      ' more\n$(reboot)': '',
      _limit: '10',
      id__in: ['1', '2'],
    });
    expect(asked.options?.headers.Authorization).toBe('Bearer slc_x');
  });
});
