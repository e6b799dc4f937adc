import type { Leak } from '@sluice/contracts/tokens/leaks';
import type { Token } from '@sluice/contracts/tokens/tokens';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { apisOpenedQuery } from '../../server/apis';
import { tokenQuery } from '../../server/tokens';
import { PageHeader } from '../../shell/page-header';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { dateTime, since } from '../../ui/units';
import { LinksCard } from '../links/links-card';
import { LiveTail } from '../usage/live-tail';
import { UsageSection } from '../usage/usage-section';
import { AgentsCard } from './agents-card';
import { ApisOf } from './apis-of';
import { ConnectAgent } from './connect-agent';
import { limitWords } from './limit-words';
import { tones } from './token-tones';
import css from './tokens.module.css';
import { useTokenActions } from './use-token-actions';

/** One token: what it opens, what it may use, and what it used. */
export function TokenPage() {
  const { tokenId } = useParams({ from: '/shell/tokens/$tokenId' });
  const token = useQuery(tokenQuery(tokenId));
  return <Loaded query={token}>{(data) => <TokenDetails token={data} />}</Loaded>;
}

function TokenDetails({ token }: { token: Token }) {
  const { actionsOf, dialogs } = useTokenActions();
  const facts = [
    [
      'State',
      <Badge key="state" tone={tones[token.state]}>
        {token.state}
      </Badge>,
    ],
    ['Begins with', <code key="hint">{token.hint}…</code>],
    ['APIs', <ApisOf key="apis" tokenId={token.id} />],
    ['Last used', token.lastUsedAt ? since(token.lastUsedAt) : 'never'],
    ['Expires', token.expiresAt ? dateTime(token.expiresAt) : 'never'],
    ...(token.leak ? ([['Found in public', <FoundAt key="leak" leak={token.leak} />]] as const) : []),
    ['Limits', limitWords(token.limits).join(' · ') || 'none'],
  ] as const;
  return (
    <>
      <PageHeader
        title={token.name}
        about={token.description}
        back={{ to: '/tokens', label: 'Tokens' }}
        actions={actionsOf(token).map(({ label, picture: Picture, run, hurts }) => (
          <Button key={label} look={hurts ? 'danger' : 'plain'} onPress={run}>
            <Picture aria-hidden="true" />
            {label}
          </Button>
        ))}
      />
      <div className={css.stack}>
        <Card>
          <dl className={css.facts}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        {token.state !== 'revoked' && (
          <Card title="Connect an agent">
            <ConnectAgent secret="YOUR_TOKEN" />
          </Card>
        )}
        <AgentsCard tokenId={token.id} />
        <LinksOfToken tokenId={token.id} />
        <UsageSection of={{ tokenId: token.id }}>
          <LiveTail of={{ tokenId: token.id }} />
        </UsageSection>
      </div>
      {dialogs}
    </>
  );
}

/** The links that stand on the token, by the names of their APIs. */
function LinksOfToken({ tokenId }: { tokenId: string }) {
  const { data: apis = [] } = useQuery(apisOpenedQuery(tokenId));
  return (
    <LinksCard
      of={{ tokenId }}
      noun="API"
      name={({ apiId }) => (
        <Link to="/apis/$apiId" params={{ apiId }}>
          {apis.find(({ id }) => id === apiId)?.name ?? apiId}
        </Link>
      )}
    />
  );
}

/** Where a secret of the token was found. The address comes from a scanner, and is a link only where browsers can follow it. */
function FoundAt({ leak: { at, source, url } }: { leak: Leak }) {
  const isLink = url !== null && /^https?:\/\//.test(url);
  return (
    <>
      {dateTime(at)}, {isLink ? <a href={url}>{url}</a> : (url ?? source)}
    </>
  );
}
