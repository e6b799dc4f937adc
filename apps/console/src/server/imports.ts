import type { Import, ImportReview } from '@sluice/contracts/catalogue/imports';
import type { Reading } from '@sluice/contracts/catalogue/reading';
import type { Problem } from '@sluice/contracts/fault';
import type { FieldType } from '@sluice/contracts/fields';
import { queryOptions } from '@tanstack/react-query';
import { parse } from 'lossless-json';
import { reportAnswer } from './connection';
import { signedInAgain } from './expiry';
import { Refusal, Unreachable } from './problem';
import { consoleHeader, problemOf, request, requestList, requestText } from './request';
import type { Row } from './rows';

export interface Upload {
  datasetId: string;
  file: File;
  note: string;
  delimiter: string;
  header: boolean;
}

export type Types = Readonly<Record<string, FieldType>>;

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  txt: 'text/plain',
  geojson: 'application/geo+json',
  parquet: 'application/vnd.apache.parquet',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  zip: 'application/zip',
};

/** The kinds of files that the file dialog offers. */
export const importExtensions = Object.keys(mediaTypes).flatMap((extension) => [`.${extension}`, `.${extension}.gz`]);

/** Sends a file and tells the bytes on their way; resolves with the id of the import, which goes on by itself to its review. */
export async function upload(file: Upload, signal: AbortSignal, onBytes: (sent: number) => void): Promise<string> {
  for (;;) {
    const answer = await send(file, signal, onBytes);
    if (answer.importId !== null) return answer.importId;
    const refusal = new Refusal(problemOf(answer, answer.text));
    if (answer.status !== 401) throw refusal;
    await signedInAgain(refusal);
  }
}

/** By XMLHttpRequest: `fetch` does not tell how much of a body has been sent. */
function send(
  { datasetId, file, note, delimiter, header }: Upload,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<{ status: number; text: string; importId: string | null }> {
  const query = new URLSearchParams({ review: 'true', fileName: file.name });
  if (note) query.set('note', note);
  if (delimiter) query.set('delimiter', delimiter);
  if (!header) query.set('header', 'false');
  const packed = file.name.toLowerCase().endsWith('.gz');
  const extension = file.name.toLowerCase().replace(/\.gz$/, '').split('.').pop() ?? '';
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const address = `/manage/v1/datasets/${datasetId}/versions?${query}`;
    xhr.open('POST', address);
    xhr.setRequestHeader('content-type', mediaTypes[extension] ?? (file.type || 'application/octet-stream'));
    if (packed) xhr.setRequestHeader('content-encoding', 'gzip');
    for (const [name, value] of Object.entries(consoleHeader)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded }) => onBytes(loaded);
    xhr.onload = () => {
      reportAnswer('POST', address, xhr.status);
      resolve({ status: xhr.status, text: xhr.responseText, importId: xhr.getResponseHeader('sluice-import') });
    };
    xhr.onerror = () => reject(new Unreachable());
    xhr.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(file);
  });
}

const PROGRESS_MS = 2_000;

/** The imports of a dataset that are under way or wait for somebody: asked for again and again while there are any. */
export const importsQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'imports'],
    queryFn: ({ signal }) => requestList<Import>(`/datasets/${datasetId}/imports`, signal),
    refetchInterval: ({ state }) => (state.data?.length ? PROGRESS_MS : false),
  });

const phases = ['receiving', 'reading', 'review', 'storing', 'publishing', 'done', 'failed'] as const;

/** Follows an import until it ends, or until the function that is returned is called. A broken line is taken up again by the browser itself. */
export function follow(
  importId: string,
  onChange: (state: Import) => void,
  onError: (error: unknown) => void,
): () => void {
  const events = new EventSource(`/manage/v1/imports/${importId}/events`);
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    events.close();
    clearTimeout(timer);
    stopped.abort();
  };
  const take = (state: Import) => {
    onChange(state);
    if (state.phase === 'done' || state.phase === 'failed') stop();
  };
  for (const phase of phases)
    events.addEventListener(phase, ({ data }: MessageEvent<string>) => take(JSON.parse(data)));
  // Where no stream is to be had, as with many tabs open, the import is asked for again and again.
  const ask = () => {
    request<Import>(`/imports/${importId}`, { signal: stopped.signal })
      .then((state) => {
        take(state);
        if (!stopped.signal.aborted) timer = setTimeout(ask, PROGRESS_MS);
      })
      .catch((error: unknown) => {
        if (stopped.signal.aborted) return;
        if (error instanceof Unreachable) timer = setTimeout(ask, PROGRESS_MS);
        else onError(error);
      });
  };
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) ask();
  };
  return stop;
}

/** Reads what a waiting import found, and the first rows with every digit. */
export const reviewQuery = (importId: string) =>
  queryOptions({
    queryKey: ['imports', importId, 'review'],
    queryFn: async ({ signal }) => {
      const { text } = await requestText(`/imports/${importId}/review`, { signal });
      const { rows } = parse(text) as { rows: Row[] };
      return { ...(JSON.parse(text) as ImportReview), rows };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export const publishImport = (importId: string, body: { types: Types; note?: string; remember: boolean }) =>
  request<unknown>(`/imports/${importId}/publish`, { method: 'POST', body });

const WAIT_SECONDS = 30;

/** Publishes a waiting import, or goes on with one that was told to publish before; resolves with the number of its version. Throws why there is none. */
export async function publishedVersion(importId: string, body: { types: Types }): Promise<number> {
  let state = await request<Import>(`/imports/${importId}`);
  if (state.phase === 'review') {
    await request<unknown>(`/imports/${importId}/publish`, { method: 'POST', body, waitSeconds: WAIT_SECONDS });
    state = await request<Import>(`/imports/${importId}`);
  }
  while (state.version === null) {
    const refusal = refusalOf(state);
    if (refusal) throw refusal;
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_MS));
    state = await request<Import>(`/imports/${importId}`);
  }
  return state.version;
}

/** Has the file of a waiting import read anew, and resolves once it waits again. Throws what keeps it from being read so. */
export async function readAnew(importId: string, reading: Reading): Promise<void> {
  const body = { reading };
  let state = await request<Import>(`/imports/${importId}/reading`, {
    method: 'POST',
    body,
    waitSeconds: WAIT_SECONDS,
  });
  while (state.phase === 'reading') {
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_MS));
    state = await request<Import>(`/imports/${importId}`);
  }
  const refusal = refusalOf(state);
  if (refusal) throw refusal;
}

export const cancelImport = (importId: string) => request<void>(`/imports/${importId}`, { method: 'DELETE' });

/** Gives the refusal of the import, or of the types that were chosen last. */
export function refusalOf(state: Import): Refusal | null {
  return state.error && new Refusal(problemOfImport(state, state.error));
}

function problemOfImport({ id }: Import, { code, detail, errors }: NonNullable<Import['error']>): Problem {
  return {
    type: `/docs/errors#${code}`,
    title: 'The file was not imported',
    status: 422,
    detail,
    instance: id,
    code,
    errors,
  };
}
