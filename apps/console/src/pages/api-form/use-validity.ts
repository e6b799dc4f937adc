import type { Fault } from '@sluice/contracts/fault';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { validityQuery } from '../../server/apis';
import type { Draft } from './draft';

const PAUSE_MS = 250;

/** What the server says of name, domain, path and method as they stand. */
export interface Validity {
  faults: readonly Fault[];
  /** The path that the name gives where none is typed; empty while there is none to tell. */
  proposedPath: string;
  isChecking: boolean;
}

/** Asks the server about name, domain, path and method, in the pauses of typing. An empty form is not asked about. */
export function useValidity(
  { name, domain, path, method }: Pick<Draft, 'name' | 'domain' | 'path' | 'method'>,
  apiId?: string,
): Validity {
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
  return { faults, proposedPath: isWorth ? (data?.path ?? '') : '', isChecking: isFetching || isBehind };
}
