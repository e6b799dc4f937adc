import type { Consent } from '@sluice/contracts/tokens/consents';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answerConsent, consentQuery, type Offer, type Offered } from '../../server/consents';
import { Button } from '../../ui/button';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { Skeleton } from '../../ui/skeleton';
import { Entrance } from '../session/entrance';
import { ChooseApis } from './choose-apis';
import { ChooseToken } from './choose-token';
import css from './connect.module.css';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Asks whether an application may read. It is shown to people who may not be signed in. */
export function ConnectPage() {
  const { uid } = useParams({ from: '/connect/$uid' });
  const { data: consent, error } = useQuery(consentQuery(uid));
  return (
    <Entrance title="Connect an application" about="It asks to use data in the name of an access token.">
      {error && <ProblemNote error={error} />}
      {!error && (consent ? <Question uid={uid} consent={consent} /> : <Skeleton width={240} />)}
    </Entrance>
  );
}

function Question({ uid, consent: { client } }: { uid: string; consent: Consent }) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const [offered, setOffered] = useState<Offered | null>(null);
  const answer = useMutation({
    mutationFn: (allow: { token: Offer; apiIds: string[] } | null) => answerConsent(uid, allow),
    onSuccess: ({ location }) => window.location.replace(location),
  });
  const isOver = answer.isPending || answer.isSuccess;
  return (
    <>
      <dl className={css.facts}>
        <dt>It calls itself</dt>
        <dd>{client.name}</dd>
        <dt>Answers go to</dt>
        <dd>
          <code>{client.redirectHost}</code>
          {LOOPBACK.includes(client.redirectHost) && ' – a program on this computer'}
        </dd>
      </dl>
      <Note tone="warn">
        Nobody has checked this name. Go on only if you have just begun this yourself, in an application that you trust.
      </Note>
      {offer && offered ? (
        <ChooseApis
          offered={offered}
          isPending={isOver}
          onChange={() => setOffered(null)}
          onAllow={(apiIds) => answer.mutate({ token: offer, apiIds })}
        />
      ) : (
        <ChooseToken
          uid={uid}
          onChosen={(chosen, found) => {
            setOffer(chosen);
            setOffered(found);
          }}
        />
      )}
      {answer.error && <ProblemNote error={answer.error} />}
      <Button look="quiet" isDisabled={isOver} onPress={() => answer.mutate(null)}>
        Deny
      </Button>
    </>
  );
}
