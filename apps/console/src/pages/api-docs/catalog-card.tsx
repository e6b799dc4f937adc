import type { Api } from '@sluice/contracts/registry/apis';
import { frequencyNames, hvdNames, licenseName, themeNames } from '@sluice/query/describing/catalog-words';
import type { ReactNode } from 'react';
import { Card } from '../../ui/card';
import { CatalogBadges } from '../apis/catalog-badges';
import css from './api-docs.module.css';

/** Shows what catalogues are told of the API; nothing where nothing is set. */
export function CatalogCard({ api }: { api: Api }) {
  const { license, contact, theme, updateFrequency, hvdCategory, deprecationPage } = api;
  const facts: (readonly [string, ReactNode])[] = [
    ['Licence', license && <Outside href={license}>{licenseName(license) ?? license}</Outside>],
    ['Contact', contact && contactOf(contact)],
    ['Theme', theme && themeNames[theme]],
    ['Rows change', updateFrequency && frequencyNames[updateFrequency]],
    ['High-value dataset', hvdCategory && hvdNames[hvdCategory]],
    ['About the end', deprecationPage && <Outside href={deprecationPage}>{deprecationPage}</Outside>],
  ];
  const told = facts.filter(([, fact]) => fact !== null);
  const ends = api.deprecatedAt !== null || api.sunsetAt !== null;
  if (told.length === 0 && !api.listed && !ends) return null;
  return (
    <Card title="For catalogues">
      <p>
        <CatalogBadges api={api} />
      </p>
      {told.length > 0 && (
        <dl className={css.facts}>
          {told.map(([name, fact]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
      )}
      {api.listed && <p>Everybody can read what describes it without a token, never a row.</p>}
    </Card>
  );
}

function contactOf({ name, email, page }: NonNullable<Api['contact']>) {
  return (
    <>
      {name}
      {email && (
        <>
          {' '}
          · <a href={`mailto:${email}`}>{email}</a>
        </>
      )}
      {page && (
        <>
          {' '}
          · <Outside href={page}>{page}</Outside>
        </>
      )}
    </>
  );
}

function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
