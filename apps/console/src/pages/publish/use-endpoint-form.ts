import type { Fault } from '@sluice/contracts/fault';
import { useState } from 'react';
import { type Draft, definitionOf, newDraft } from '../api-form/draft';
import { useValidity, type Validity } from '../api-form/use-validity';
import type { TokenWanted, Wanted } from './use-publication';

export type TokenKind = 'new' | 'existing' | 'none';

/** What is typed about the token that is to open the API. */
interface TokenDraft {
  kind: TokenKind;
  /** Null until somebody types it: it is that of the API. */
  name: string | null;
  existing: { id: string; name: string } | null;
}

export interface EndpointForm {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  validity: Validity;
  token: TokenDraft;
  changeToken: (part: Partial<TokenDraft>) => void;
  tokenName: string;
  /** What keeps the token from being given, as far as it is known here. */
  tokenFaults: readonly Fault[];
  /** Makes what is to be made of all of it. */
  wanted: () => Omit<Wanted, 'types'>;
}

/** The endpoint of a dataset as it is typed: named like it at first, with a token of its own. */
export function useEndpointForm(datasetId: string, datasetName: string, onChange: () => void): EndpointForm {
  const [draft, setDraft] = useState(() => ({ ...newDraft(datasetId, null), name: datasetName }));
  const [token, setToken] = useState<TokenDraft>({ kind: 'new', name: null, existing: null });
  const validity = useValidity(draft);
  const tokenName = token.name ?? draft.name;
  const wantedToken = (): TokenWanted => {
    if (token.kind === 'new') return { kind: 'new', name: tokenName };
    return token.kind === 'existing' && token.existing ? { kind: 'existing', ...token.existing } : null;
  };
  return {
    draft,
    change: (part) => {
      setDraft((held) => ({ ...held, ...part }));
      onChange();
    },
    validity,
    token,
    changeToken: (part) => {
      setToken((held) => ({ ...held, ...part }));
      onChange();
    },
    tokenName,
    tokenFaults: faultsOf(token, tokenName),
    wanted: () => ({ api: definitionOf(draft, []), token: wantedToken() }),
  };
}

function faultsOf({ kind, existing }: TokenDraft, name: string): readonly Fault[] {
  const fault = (detail: string): Fault => ({ in: 'body', pointer: '/token', code: 'required', detail });
  if (kind === 'new' && name.trim() === '') return [fault('A token needs a name')];
  return kind === 'existing' && !existing ? [fault('Choose a token')] : [];
}
