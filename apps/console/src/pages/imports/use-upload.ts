import { useCallback, useEffect, useRef, useState } from 'react';
import { cancelImport, type Upload, upload } from '../../server/imports';
import { complain } from '../../ui/toasts';

type Uploading = { step: 'choosing' } | { step: 'sending'; sent: number; size: number };

interface Sender {
  state: Uploading;
  start: (file: Upload) => void;
  cancel: () => void;
}

/** One file on its way from this machine to the server; `onImport` is told the import that it became. */
export function useUpload(onImport: (importId: string) => void, onError: (error: unknown) => void): Sender {
  const [state, setState] = useState<Uploading>({ step: 'choosing' });
  const running = useRef<{ controller: AbortController; isSent: boolean; isUnwanted: boolean }>(null);

  const start = (file: Upload) => {
    const { size } = file.file;
    const one = { controller: new AbortController(), isSent: false, isUnwanted: false };
    running.current = one;
    setState({ step: 'sending', sent: 0, size });
    upload(file, one.controller.signal, (sent) => {
      one.isSent = sent >= size;
      if (!one.isUnwanted) setState({ step: 'sending', sent, size });
    })
      .then(async (importId) => {
        if (one.isUnwanted) await cancelImport(importId).catch(complain);
        else onImport(importId);
      })
      .catch((error: unknown) => !one.isUnwanted && onError(error))
      .finally(() => setState({ step: 'choosing' }));
  };

  /** Cancels the upload. A file that has arrived whole is an import already, cancelled as soon as its id is known. */
  const cancel = useCallback(() => {
    const one = running.current;
    if (!one) return;
    one.isUnwanted = true;
    if (!one.isSent) one.controller.abort();
  }, []);
  useEffect(() => cancel, [cancel]);
  return { state, start, cancel };
}
