import type { Fault } from '@sluice/contracts/fault';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { validityQuery } from '../../server/apis';
import type { Draft } from './draft';

const PAUSE_MS = 250;

/** Asks the server about name, domain, path and method, in the pauses of typing. An empty form is not asked about. */
export function useValidity(
  draft: Draft,
  apiId: string | undefined,
): { faults: readonly Fault[]; isChecking: boolean } {
  const { name, domain, path, method } = draft;
  const [asked, setAsked] = useState({ name, domain, path, method });
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ name, domain, path, method }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name, domain, path, method]);
  const isWorth = asked.name.trim() !== '' || asked.path !== '';
  const { data, isFetching } = useQuery({
    ...validityQuery({ ...asked, path: asked.path.trim() === '' ? null : asked.path, apiId }),
    enabled: isWorth,
    placeholderData: keepPreviousData,
  });
  const isBehind = asked.name !== name || asked.path !== path || asked.domain !== domain || asked.method !== method;
  const told = isWorth ? (data?.faults ?? []) : [];
  // A name that has not been begun is no fault yet.
  const faults = told.filter(({ pointer, code }) => !(pointer === '/name' && code === 'required'));
  return { faults, isChecking: isFetching || isBehind };
}
