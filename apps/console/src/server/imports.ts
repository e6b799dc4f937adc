import type { Problem } from '@sluice/contracts/fault';
import type { FieldType } from '@sluice/contracts/fields';
import type { Import } from '@sluice/contracts/imports';
import { reportConnection } from './connection';
import { signedInAgain } from './expiry';
import { Refusal, Unreachable } from './problem';
import { consoleHeader, problemOf, request } from './request';

export interface Upload {
  datasetId: string;
  file: File;
  note: string;
  delimiter: string;
  header: boolean;
  types: Readonly<Record<string, FieldType>>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** What the file dialog offers. */
export const importExtensions = Object.keys(mediaTypes).flatMap((extension) => [`.${extension}`, `.${extension}.gz`]);

/** Sends a file and tells the bytes on their way; resolves with the id of the import, which then goes on by itself. */
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
  { datasetId, file, note, delimiter, header, types }: Upload,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<{ status: number; text: string; importId: string | null }> {
  const query = new URLSearchParams();
  if (note) query.set('note', note);
  if (delimiter) query.set('delimiter', delimiter);
  if (!header) query.set('header', 'false');
  if (Object.keys(types).length > 0) query.set('types', JSON.stringify(types));
  const packed = file.name.toLowerCase().endsWith('.gz');
  const extension = file.name.toLowerCase().replace(/\.gz$/, '').split('.').pop() ?? '';
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `/manage/v1/datasets/${datasetId}/versions?${query}`);
    xhr.setRequestHeader('content-type', mediaTypes[extension] ?? (file.type || 'application/octet-stream'));
    if (packed) xhr.setRequestHeader('content-encoding', 'gzip');
    for (const [name, value] of Object.entries(consoleHeader)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded }) => onBytes(loaded);
    xhr.onload = () => {
      reportConnection(xhr.status === 503 ? 'unavailable' : 'fine');
      resolve({ status: xhr.status, text: xhr.responseText, importId: xhr.getResponseHeader('sluice-import') });
    };
    xhr.onerror = () => reject(new Unreachable());
    xhr.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(file);
  });
}

const phases = ['receiving', 'reading', 'storing', 'publishing', 'done', 'failed'] as const;

/** Follows an import to its end. A broken line is taken up again by the browser itself. */
export function follow(importId: string, signal: AbortSignal, onChange: (state: Import) => void): Promise<Import> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/manage/v1/imports/${importId}/events`);
    const end = () => events.close();
    signal.addEventListener('abort', () => {
      end();
      reject(new DOMException('cancelled', 'AbortError'));
    });
    const take = (state: Import) => {
      onChange(state);
      if (state.phase !== 'done' && state.phase !== 'failed') return;
      end();
      if (state.error) reject(new Refusal(problemOfImport(state, state.error)));
      else resolve(state);
    };
    for (const phase of phases)
      events.addEventListener(phase, ({ data }: MessageEvent<string>) => take(JSON.parse(data)));
    events.onerror = () => {
      if (events.readyState !== EventSource.CLOSED) return;
      request<Import>(`/imports/${importId}`, { signal }).then(take, reject);
    };
  });
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
