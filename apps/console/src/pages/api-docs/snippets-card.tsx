import type { SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { snippetQuery } from '../../server/api-test';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Loaded } from '../../ui/loaded';
import { Select } from '../../ui/select';
import { Skeleton } from '../../ui/skeleton';
import css from './api-docs.module.css';

const names: Readonly<Record<SnippetLanguage, string>> = {
  axios: 'JavaScript: axios',
  fetch: 'JavaScript: fetch',
  curl: 'Shell: curl',
  python: 'Python: requests',
  pandas: 'Python: pandas',
  r: 'R',
  go: 'Go',
  csharp: 'C#',
  java: 'Java',
  php: 'PHP',
  powershell: 'PowerShell',
};
const languages = Object.keys(names) as SnippetLanguage[];

/** The request as it stands in the form, in the consumer's own language. */
export function SnippetsCard({ apiId, query, body }: { apiId: string; query: string; body: string | null }) {
  const [language, setLanguage] = useState<SnippetLanguage>('axios');
  const snippet = useQuery({ ...snippetQuery(apiId, language, query, body), placeholderData: keepPreviousData });
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
        The token is read from the environment variable <code>SLUICE_TOKEN</code>, so that it never stands in a program.
        {body !== null && ' Whoever sends the same rows again keeps their Idempotency-Key: then they are there once.'}
      </p>
    </Card>
  );
}
