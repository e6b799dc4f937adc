import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { fetched } from '../../server/connection';
import { linksKey, makeLink } from '../../server/links';
import type { BrowserDatabase, Result } from './browser-database';
import type { Fetched, RemoteFile } from './remote-file';

/** The result of a statement, and what of the file has been fetched by then. */
export interface Answered {
  result: Result;
  fetched: Fetched;
  milliseconds: number;
}

interface Opened {
  tokenId: string;
  remote: RemoteFile;
  database: BrowserDatabase;
}

/** Runs statements over an API's file in this browser: the database and the file are opened with the first one. */
export function useBrowserQuery(api: Api, tokenId: string | null) {
  const opened = useRef<Promise<Opened>>(null);
  const queryClient = useQueryClient();
  const open = async (token: string): Promise<Opened> => {
    const [{ RemoteFile }, { BrowserDatabase }, link] = await Promise.all([
      fetched(() => import('./remote-file')),
      fetched(() => import('./browser-database')),
      makeLink(api.id, { format: 'parquet', query: '', tokenId: token }),
    ]);
    void queryClient.invalidateQueries({ queryKey: linksKey });
    // By the way on which this page came, whatever the installation calls itself.
    const remote = await RemoteFile.open(new URL(link.url).pathname);
    return { tokenId: token, remote, database: await BrowserDatabase.open(tableName(api), remote) };
  };
  return useMutation({
    mutationFn: async (sql: string): Promise<Answered> => {
      if (tokenId === null)
        throw new Error('Assign a token to the API first: the link to its file is made in that name');
      const startedMs = performance.now();
      const before = await opened.current?.catch(() => null);
      if (before?.tokenId !== tokenId) opened.current = open(tokenId);
      try {
        const { database, remote } = await (opened.current ?? open(tokenId));
        const result = await database.run(sql);
        return { result, fetched: { ...remote.fetched }, milliseconds: performance.now() - startedMs };
      } catch (error) {
        // The link has ended, or the token with it: the next try makes another one.
        if (isGone(error)) opened.current = null;
        throw error;
      }
    },
  });
}

/** Names the table as statements write it without quotes. */
export function tableName({ slug }: Pick<Api, 'slug'>): string {
  const name = slug.replaceAll('-', '_');
  return /^[a-z]/.test(name) ? name : `api_${name}`;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && /\b(401|403|404|410)\b/.test(error.message);
}
