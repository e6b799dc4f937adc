import type { SendingLanguage, SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { snippetQuery } from '../../server/api-test';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Loaded } from '../../ui/loaded';
import { Select } from '../../ui/select';
import { Skeleton } from '../../ui/skeleton';
import css from './api-docs.module.css';

const sendingNames: Readonly<Record<SendingLanguage, string>> = {
  axios: 'JavaScript: axios',
  fetch: 'JavaScript: fetch',
  curl: 'Shell: curl',
  python: 'Python: requests',
  pandas: 'Python: pandas',
  polars: 'Python: Polars',
  r: 'R',
  go: 'Go',
  csharp: 'C#',
  java: 'Java',
  kotlin: 'Kotlin',
  swift: 'Swift',
  php: 'PHP',
  powershell: 'PowerShell',
  appsscript: 'Google Sheets: Apps Script',
};
const names: Readonly<Record<SnippetLanguage, string>> = {
  ...sendingNames,
  duckdb: 'DuckDB: SQL',
  powerquery: 'Excel, Power BI: Power Query',
  odata: 'Excel, Power BI: OData',
};

/** The request as it stands under Test & docs, in the consumer's own language. */
export function SnippetsCard({ apiId, query, body }: { apiId: string; query: string; body: string | null }) {
  const [language, setLanguage] = useState<SnippetLanguage>('axios');
  const snippet = useQuery({ ...snippetQuery(apiId, language, query, body), placeholderData: keepPreviousData });
  const languages = Object.keys(body === null ? names : sendingNames) as SnippetLanguage[];
  return (
    <Card title="Code">
      <div className={css.snippetHead}>
        <Select
          label="Language"
          hideLabel
          choices={languages.map((id) => ({ id, label: names[id] }))}
          value={language}
          onChange={(id) => setLanguage(languages.find((each) => each === id) ?? language)}
        />
        <CopyButton text={snippet.data?.code ?? ''} label="Copy code" isDisabled={!snippet.data} />
      </div>
      <Loaded query={snippet} skeleton={<Skeleton height={220} />}>
        {({ code }) => (
          <section className={css.code} aria-label="Code of the request" tabIndex={0}>
            <pre>{code}</pre>
          </section>
        )}
      </Loaded>
      <p className={css.hint}>
        It asks what stands under{' '}
        <Link to="/apis/$apiId/test" params={{ apiId }}>
          Test & docs
        </Link>
        . The token is read from the environment variable <code>SLUICE_TOKEN</code>, so that it never stands in a
        program.
        {body !== null && ' Whoever sends the same rows again keeps their Idempotency-Key: then they are there once.'}
      </p>
    </Card>
  );
}
