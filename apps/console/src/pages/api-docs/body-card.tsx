import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Skeleton } from '../../ui/skeleton';

/** The rows of a POST API as text. */
export function BodyCard({
  body,
  onChange,
  isLoading,
  hasData,
}: {
  body: string;
  onChange: (body: string) => void;
  /** The example to begin with is still on its way. */
  isLoading: boolean;
  /** Without a first version there are no fields to send. */
  hasData: boolean;
}) {
  const isJson = readableJson(body) === body;
  return (
    <Card title="Rows">
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
