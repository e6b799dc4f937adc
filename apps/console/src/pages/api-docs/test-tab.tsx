import { useRef, useState } from 'react';
import { useMay } from '../../server/may';
import { Form } from '../../ui/form';
import { isOld, useApiCall } from './api-call';
import { RequestCard } from './request-card';
import { ResponsePanel } from './response-panel';
import { SendForReal } from './send-for-real';
import { type Side, TestBar } from './test-bar';
import css from './test-tab.module.css';
import { TokenCard } from './token-card';

/** Where the layout of test-tab.module.css has room for one side alone. */
const NARROW = '(max-width: 1080px)';

/** The request beside its answer; where only one has room, the answer opens when it is asked for. */
export function TestTab() {
  const call = useApiCall();
  const { api, query, sentBody, asked, test } = call;
  const mayEdit = useMay('editor');
  const frame = useRef<HTMLDivElement>(null);
  const [side, setSide] = useState<Side>('request');
  const [sending, setSending] = useState(false);
  const open = () => {
    setSide('response');
    if (window.matchMedia(NARROW).matches) frame.current?.scrollIntoView();
  };
  const old = isOld(call);
  return (
    <div ref={frame} className={css.frame}>
      <Form
        aria-label="Test"
        onSubmit={() => {
          if (!mayEdit || test.isPending) return;
          test.mutate({ ...asked, dryRun: true });
          open();
        }}
      >
        <TestBar side={side} onSide={setSide} isOld={old} onSend={() => setSending(true)} />
        <div className={css.sides} data-side={side}>
          <div className={css.request}>
            <TokenCard />
            <RequestCard />
          </div>
          <div className={css.response}>
            <ResponsePanel
              apiId={api.id}
              query={query}
              body={sentBody}
              tested={test.data}
              error={test.error}
              isPending={test.isPending}
              isOld={old}
            />
          </div>
        </div>
      </Form>
      <SendForReal
        isOpen={sending}
        onClose={() => setSending(false)}
        onSend={() => {
          open();
          return test.mutateAsync({ ...asked, dryRun: false });
        }}
      />
    </div>
  );
}
