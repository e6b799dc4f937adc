import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { isToldAt } from '../../server/problem';
import { issueToken, tokensKey } from '../../server/tokens';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Fold } from '../../ui/fold';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import { ConnectAgent } from './connect-agent';
import { ShareProfileLink } from './share-profile';
import { emptyToken, tokenOf } from './token-draft';
import { TokenFields, tokenPlaces } from './token-fields';
import css from './tokens.module.css';

/** Makes a token, whose secret then stands above the button until the page is left, or the next one takes its place. */
export function NewTokenCard() {
  const [draft, setDraft] = useState(emptyToken);
  const [round, setRound] = useState(0);
  const [issued, setIssued] = useState<Awaited<ReturnType<typeof issueToken>> | null>(null);
  const queryClient = useQueryClient();
  const issue = useMutation({
    mutationFn: () => issueToken(tokenOf(draft)),
    onSuccess: async (made) => {
      setIssued(made);
      await queryClient.invalidateQueries({ queryKey: tokensKey });
      setDraft(emptyToken);
      setRound((before) => before + 1);
    },
  });
  const { error } = issue;
  return (
    <Card title="New token">
      <KeepUnsaved isChanged={draft.name !== '' || draft.description !== ''} />
      <Form
        className={css.form}
        onSubmit={() => {
          issue.mutate();
        }}
      >
        <div className={css.columns}>
          <TokenFields
            key={round}
            draft={draft}
            change={(part) => setDraft((held) => ({ ...held, ...part }))}
            error={error}
          />
        </div>
        {error && !isToldAt(error, tokenPlaces) && <ProblemNote error={error} />}
        {issued && (
          <section className={css.issued} aria-label={`${issued.token.name} is ready`}>
            <SecretField label={`New token: ${issued.token.name}`} secret={issued.secret} />
            <p>
              It opens nothing yet:{' '}
              <Link to="/tokens/$tokenId" params={{ tokenId: issued.token.id }}>
                assign it to APIs
              </Link>
              .
            </p>
            <ShareProfileLink name={issued.token.name} profile={issued.shareProfile} />
            <Fold title="Connect an agent" level={3}>
              <ConnectAgent secret={issued.secret} />
            </Fold>
          </section>
        )}
        <div>
          <Button look="primary" type="submit" isPending={issue.isPending}>
            <Plus aria-hidden="true" />
            Generate New Token
          </Button>
        </div>
      </Form>
    </Card>
  );
}
