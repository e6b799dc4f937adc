import { useState } from 'react';
import { useMay } from '../../server/may';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Skeleton } from '../../ui/skeleton';
import { say } from '../../ui/toasts';
import css from './api-docs.module.css';

/** The rows of a POST API: tried without writing anything, or sent for real after a question. */
export function BodyCard({
  body,
  onChange,
  isLoading,
  hasData,
  isPending,
  onTest,
  onSend,
}: {
  body: string;
  onChange: (body: string) => void;
  /** The example to begin with is still on its way. */
  isLoading: boolean;
  /** Without a first version there are no fields to send. */
  hasData: boolean;
  isPending: boolean;
  onTest: () => void;
  onSend: () => Promise<{ response: { status: number } }>;
}) {
  const [sending, setSending] = useState(false);
  const mayEdit = useMay('editor');
  const isJson = readableJson(body) === body;
  return (
    <Card
      title="Rows"
      actions={
        mayEdit &&
        hasData && (
          <div className={css.copies}>
            <Button onPress={() => setSending(true)}>Send for real</Button>
            <Button look="primary" isPending={isPending} onPress={onTest}>
              Test API
            </Button>
          </div>
        )
      }
    >
      {isLoading ? (
        <Skeleton height={280} />
      ) : hasData ? (
        <TextField
          label="Body"
          hint={
            isJson
              ? 'One row, or a list of rows. Test API only checks them: nothing is written.'
              : 'This is not JSON yet: the server will tell where it breaks.'
          }
          value={body}
          onChange={onChange}
          rows={12}
          spellCheck="false"
          mono
        />
      ) : (
        <p>The dataset has no data yet: import a version first, which fixes the fields.</p>
      )}
      <Confirm
        title="Send these rows for real?"
        action="Send rows"
        isOpen={sending}
        onClose={() => setSending(false)}
        onConfirm={async () => {
          const { response } = await onSend();
          if (response.status === 201) say('The rows are written');
        }}
      >
        <p>They become part of the dataset, for every consumer of it. They cannot be taken back one by one.</p>
      </Confirm>
    </Card>
  );
}

/** The text as long as it is JSON; what is half typed stands in no program. */
export function readableJson(body: string | null): string | null {
  if (body === null) return null;
  try {
    JSON.parse(body);
    return body;
  } catch {
    return '[]';
  }
}
