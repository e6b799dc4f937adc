import type {
  ChangePassword,
  CompleteSetup,
  ResetPassword,
  Session,
  SetupState,
  SignIn,
} from '@sluice/contracts/tokens/sessions';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { Refusal } from './problem';
import { request } from './request';

/** The person who is signed in, or null. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await request<Session>('/session', { signal });
    } catch (error) {
      if (error instanceof Refusal && error.problem.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => request<z.output<typeof SetupState>>('/setup', { signal }),
});

export const signIn = (body: z.input<typeof SignIn>) => request<Session>('/session', { method: 'POST', body });

export const signOut = () => request<void>('/session', { method: 'DELETE' });

export const changePassword = (body: z.input<typeof ChangePassword>) =>
  request<void>('/session/password', { method: 'POST', body });

export const completeSetup = (body: z.input<typeof CompleteSetup>) =>
  request<Session>('/setup', { method: 'POST', body });

export const resetPassword = (body: z.input<typeof ResetPassword>) =>
  request<Session>('/setup/password', { method: 'POST', body });
