import { useQuery } from '@tanstack/react-query';
import { documentQuery } from '../../server/api-test';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ToggleGroup } from '../../ui/toggle-group';
import { useApiCall } from './api-call';
import css from './test-tab.module.css';

export type Side = 'request' | 'response';

interface BarProps {
  side: Side;
  onSide: (side: Side) => void;
  /** The answer is one to an earlier request. */
  isOld: boolean;
  onSend: () => void;
}

/** What is asked and the button that asks it, always in sight; on narrow screens also which side is shown. */
export function TestBar({ side, onSide, isOld, onSend }: BarProps) {
  const { api, url, query, body, test } = useApiCall();
  const mayEdit = useMay('editor');
  const served = useQuery(documentQuery(api.id));
  // Without a first version there are no fields to send.
  const hasNothing = body !== null && served.data === undefined;
  return (
    <div className={css.bar}>
      <p className={css.address}>
        <Badge tone="good">{api.method}</Badge>
        <code>
          {url}
          {query && <span className={css.query}>?{query}</span>}
        </code>
      </p>
      <div className={css.choose}>
        <ToggleGroup<Side>
          label="What is shown"
          choices={[
            { id: 'request', label: 'Request' },
            { id: 'response', label: isOld ? 'Response (old)' : 'Response' },
          ]}
          value={side}
          onChange={onSide}
        />
      </div>
      {mayEdit ? (
        <div className={css.buttons}>
          {body !== null && (
            <Button onPress={onSend} isDisabled={hasNothing || test.isPending}>
              Send for real
            </Button>
          )}
          <Button look="primary" type="submit" isDisabled={hasNothing} isPending={test.isPending}>
            Test API
          </Button>
        </div>
      ) : (
        <p>Only editors and owners can test it.</p>
      )}
    </div>
  );
}
