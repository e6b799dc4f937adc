import type { Import } from '@sluice/contracts/imports';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { datasetsQuery } from '../../server/datasets';
import { follow, type Upload, upload } from '../../server/imports';

export type Progress =
  | { step: 'choosing'; error: unknown }
  | { step: 'running'; sent: number; size: number; state: Import | null }
  | { step: 'done'; state: Import };

/** One file on its way from this machine to a published version. */
export function useImport(): { progress: Progress; start: (file: Upload) => void; cancel: () => void } {
  const [progress, setProgress] = useState<Progress>({ step: 'choosing', error: null });
  const running = useRef<AbortController>(null);
  const queryClient = useQueryClient();

  const start = useCallback(
    (file: Upload) => {
      const controller = new AbortController();
      running.current = controller;
      const { size } = file.file;
      const run = async () => {
        setProgress({ step: 'running', sent: 0, size, state: null });
        try {
          const importId = await upload(file, controller.signal, (sent) =>
            setProgress({ step: 'running', sent, size, state: null }),
          );
          const state = await follow(importId, controller.signal, (state) =>
            setProgress({ step: 'running', sent: size, size, state }),
          );
          await queryClient.invalidateQueries({ queryKey: datasetsQuery.queryKey });
          setProgress({ step: 'done', state });
        } catch (error) {
          setProgress({ step: 'choosing', error: controller.signal.aborted ? null : error });
        }
      };
      void run();
    },
    [queryClient],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  useEffect(() => () => running.current?.abort(), []);
  return { progress, start, cancel };
}
