import { QueryClient } from '@tanstack/react-query';
import { onHealed } from './connection';
import { Refusal } from './problem';

const RETRIES = 2;
const FRESH_MS = 5_000;

/** The cache of what the server said. What it refused is not asked again; what was cut off is, also once it is back. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < RETRIES && !(error instanceof Refusal && error.problem.status < 500),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  onHealed(() => void client.invalidateQueries());
  return client;
}
