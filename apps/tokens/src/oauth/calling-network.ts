import { AsyncLocalStorage } from 'node:async_hooks';

/** The network whose request the authorization server works on: what it stores for nobody known is counted by it. */
export const callingNetwork = new AsyncLocalStorage<string>();
