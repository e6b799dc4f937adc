import type { Api, CreateApi } from '@sluice/contracts/registry/apis';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { apisKey, assignToken, createApi, validityQuery } from '../../server/apis';
import { Creation } from '../../server/creation';
import { datasetsKey } from '../../server/datasets';
import { publishedVersion, type Types } from '../../server/imports';
import { Refusal, refusalOfFaults } from '../../server/problem';
import { issueOnce, tokensKey } from '../../server/tokens';
import type { Unpublished } from './unpublished';
import type { Holder } from './use-held-dataset';

export type Step = 'check' | 'version' | 'api' | 'token';

/** The token that is to open the API. */
export type TokenWanted = { kind: 'new'; name: string } | { kind: 'existing'; id: string; name: string } | null;

/** All that is to be made of a file. */
export interface Wanted {
  types: Types;
  api: z.input<typeof CreateApi>;
  token: TokenWanted;
}

/** A token that opens the API; its secret where it was generated here. */
export interface GivenToken {
  id: string;
  name: string;
  secret: string | null;
}

/** What is made so far: it stays, whatever fails behind it. */
export interface Made {
  version: number | null;
  api: Api | null;
  token: GivenToken | null;
}

interface Publication {
  made: Made;
  /** What is being done, or failed. */
  step: Step;
  isLive: boolean;
  /** What was sent and not answered: it is sent again as it was. */
  isOpen: { api: boolean; token: boolean };
  run: UseMutationResult<void, Error, Wanted>;
  /** Publishes the version alone. */
  publish: UseMutationResult<void, Error, Wanted>;
  /** Forgets what failed. */
  reset: () => void;
}

/** Makes of a waiting import a version, a live API and a token, in this order; what is made already is not made again. */
export function usePublication(importId: string, dataset: Unpublished, holder: Holder): Publication {
  const [made, setMade] = useState<Made>({ version: null, api: null, token: null });
  const [step, setStep] = useState<Step>('check');
  const [isLive, setLive] = useState(false);
  const [once] = useState(() => ({ api: new Creation(createApi), token: new Creation(issueOnce) }));
  const queryClient = useQueryClient();

  const publishVersion = async ({ types }: Wanted) => {
    if (made.version !== null) return;
    setStep('version');
    holder.release();
    try {
      const version = await publishedVersion(importId, { types });
      holder.settle(dataset.id);
      setMade((held) => ({ ...held, version }));
    } catch (error) {
      if (error instanceof Refusal) holder.hold(dataset);
      throw error;
    }
  };
  const check = async ({ api: { name, domain, path } }: Wanted) => {
    if (made.api || once.api.isOpen) return;
    setStep('check');
    const { faults } = await queryClient.fetchQuery({
      ...validityQuery({ name, domain, path, method: 'GET' }),
      staleTime: 0,
    });
    if (faults.length > 0) throw refusalOfFaults('Nothing is published yet', faults);
  };
  const switchOn = async ({ api: definition }: Wanted): Promise<Api> => {
    if (made.api) return made.api;
    setStep('api');
    const api = await once.api.make({ ...definition, active: true });
    setMade((held) => ({ ...held, api }));
    return api;
  };
  const open = async (api: Api, wanted: TokenWanted) => {
    const given = made.token ?? (await giveToken(wanted));
    if (given) await assignToken(api.id, given.id);
  };
  const giveToken = async (wanted: TokenWanted): Promise<GivenToken | null> => {
    if (!wanted) return null;
    setStep('token');
    const token =
      wanted.kind === 'new' ? await issued(wanted.name) : { id: wanted.id, name: wanted.name, secret: null };
    setMade((held) => ({ ...held, token }));
    return token;
  };
  const issued = async (wanted: string): Promise<GivenToken> => {
    const { token, secret } = await once.token.make({ name: wanted });
    return { id: token.id, name: token.name, secret };
  };
  const refresh = () =>
    Promise.all([datasetsKey, apisKey, tokensKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));

  const run = useMutation({
    mutationFn: async (wanted: Wanted) => {
      await check(wanted);
      await publishVersion(wanted);
      const api = await switchOn(wanted);
      await open(api, wanted.token);
      await refresh();
      setLive(true);
    },
  });
  const publish = useMutation({ mutationFn: publishVersion, onSuccess: refresh });
  const reset = () => {
    run.reset();
    publish.reset();
  };
  const isOpen = { api: once.api.isOpen, token: once.token.isOpen };
  return { made, step, isLive, isOpen, run, publish, reset };
}
