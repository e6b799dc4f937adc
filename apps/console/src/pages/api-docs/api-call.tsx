import type { TestApi, TestedApi } from '@sluice/contracts/gateway/api-test';
import type { Api } from '@sluice/contracts/registry/apis';
import { type UseMutationResult, useMutation, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { z } from 'zod';
import { documentQuery, testApi } from '../../server/api-test';
import { endpointOf } from '../apis/endpoint';
import { readableJson } from './body-card';
import { emptyForm, type QueryForm, queryOf } from './query-form';

type Asked = z.input<typeof TestApi>;

/** A call of an API as it is being put together: one tab fills it in and tries it, another shows its code. */
export interface ApiCall {
  api: Api;
  url: string;
  form: QueryForm;
  setForm: (form: QueryForm) => void;
  query: string;
  /** The rows of a POST API as they are typed; null where the API gives rows. */
  body: string | null;
  setBody: (body: string) => void;
  /** The body where it is JSON, for programs. */
  sentBody: string | null;
  tokenId: string | null;
  setTokenId: (id: string) => void;
  /** What a test sends, but for `dryRun`. */
  asked: Asked;
  test: UseMutationResult<TestedApi, Error, Asked>;
}

const Call = createContext<ApiCall | null>(null);

/** Reads the call of the page around it. */
export function useApiCall(): ApiCall {
  const call = useContext(Call);
  if (!call) throw new Error('a tab of an API stands in an ApiCallProvider');
  return call;
}

/** Keeps the call and its answer while one goes from tab to tab. */
export function ApiCallProvider({ api, children }: { api: Api; children: ReactNode }) {
  const isPost = api.method === 'POST';
  const served = useQuery({ ...documentQuery(api.id), enabled: isPost });
  const [form, setForm] = useState(emptyForm);
  const [typed, setBody] = useState<string | null>(null);
  const [wanted, setTokenId] = useState<string | null>(null);
  const query = useMemo(() => (isPost ? '' : queryOf(form)), [form, isPost]);
  const body = isPost ? (typed ?? served.data?.example ?? '[]') : null;
  const tokenId = wanted !== null && api.tokenIds.includes(wanted) ? wanted : (api.tokenIds[0] ?? null);
  const asked = { query, ...(body !== null && { body }), ...(tokenId !== null && { tokenId }) };
  const test = useMutation({ mutationFn: (request: Asked) => testApi(api.id, request) });
  return (
    <Call
      value={{
        api,
        url: endpointOf(api),
        form,
        setForm,
        query,
        body,
        setBody,
        sentBody: readableJson(body),
        tokenId,
        setTokenId,
        asked,
        test,
      }}
    >
      {children}
    </Call>
  );
}

/** Tells whether the answer that is there is one to another request than the one that stands in the form now. */
export function isOld({ asked, test: { data, error, variables } }: ApiCall): boolean {
  if (!variables || (data === undefined && error === null)) return false;
  return (['query', 'body', 'tokenId'] as const).some((part) => variables[part] !== asked[part]);
}
