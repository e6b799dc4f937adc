import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { Import } from '@sluice/contracts/catalogue/imports';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { Refusal } from '../../server/problem';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Button } from '../../ui/button';
import { Form } from '../../ui/form';
import { Loaded } from '../../ui/loaded';
import { FoundFile } from '../imports/found-file';
import { useFoundFile } from '../imports/use-found-file';
import { EndpointCard } from './endpoint-card';
import { LiveEndpoint } from './live-endpoint';
import css from './publish.module.css';
import { PublishBar } from './publish-bar';
import { TokenCard } from './token-card';
import { useEndpointForm } from './use-endpoint-form';
import type { Holder } from './use-held-dataset';
import { usePublication } from './use-publication';

interface ReviewProps {
  dataset: Dataset;
  state: Import;
  holder: Holder;
  isTrial: boolean;
  onTrial: (isTrial: boolean) => void;
  onDiscard: () => Promise<unknown>;
}

/** What was found of the file beside the endpoint that it is to become, and the one button that makes all of it. */
export function PublishReview({ dataset, state, holder, isTrial, onTrial, onDiscard }: ReviewProps) {
  const { made, step, isLive, isOpen, run, publish, reset } = usePublication(state.id, dataset, holder);
  const found = useFoundFile(state.id, () => {
    reset();
    onTrial(true);
  });
  const form = useEndpointForm(dataset.id, dataset.name, () => step !== 'version' && reset());
  const [wasTried, setTried] = useState(false);
  const navigate = useNavigate();
  const id = useId();
  if (isLive && made.api) return <LiveEndpoint apiId={made.api.id} dataset={dataset} token={made.token} />;
  const isRunning = run.isPending || publish.isPending;
  const isOnItsWay = made.version === null && !isTrial && state.phase !== 'review' && state.phase !== 'done';
  const isBusy = isRunning || isOnItsWay || found.trials.isPending;
  const error = isBusy ? null : (run.error ?? publish.error);
  const refusedAt = (...steps: readonly string[]) =>
    error instanceof Refusal && steps.includes(step) ? error.faults : [];
  const wanted = () => ({ types: found.types, ...form.wanted() });
  const openFullForm = () => {
    const { name, domain, path } = form.draft;
    const search = { dataset: dataset.id, name, domain: domain ?? undefined, path: path || undefined };
    void navigate({ to: '/apis/new', search, ignoreBlocker: true });
  };
  return (
    <div className={css.column}>
      <PublishBar
        dataset={dataset}
        review={found.review.data}
        made={made}
        step={step}
        token={form.wanted().token}
        form={id}
        isBusy={isBusy}
        error={error}
        others={
          made.version === null && (
            <Button isDisabled={isBusy} onPress={() => void onDiscard()}>
              Discard
            </Button>
          )
        }
      />
      <div className={css.sides}>
        {made.version === null && (
          <Loaded query={found.review}>
            {(review) => (
              <FoundFile
                state={state}
                review={review}
                found={found}
                isBusy={isBusy}
                error={step === 'version' ? error : null}
                tried={(run.variables ?? publish.variables)?.types ?? {}}
              />
            )}
          </Loaded>
        )}
        <Form
          id={id}
          className={css.column}
          aria-label="Endpoint"
          onSubmit={() => {
            setTried(true);
            if (!isBusy && form.tokenFaults.length === 0) run.mutate(wanted());
          }}
        >
          <EndpointCard form={form} refused={refusedAt('check', 'api')} isMade={made.api !== null || isOpen.api}>
            <Button
              isDisabled={isBusy || made.api !== null}
              onPress={() => publish.mutate(wanted(), { onSuccess: openFullForm })}
            >
              Publish the data, then choose all settings
            </Button>
          </EndpointCard>
          <TokenCard
            form={form}
            faults={[...(wasTried ? form.tokenFaults : []), ...refusedAt('token')]}
            given={made.token ?? (isOpen.token ? { name: form.tokenName } : null)}
          />
        </Form>
      </div>
      <KeepUnsaved isChanged>
        {made.version === null
          ? 'The file is not published: it is discarded, with the dataset that was made for it.'
          : `The data is published as ${dataset.name} and stays. Its endpoint is not ready yet.`}
      </KeepUnsaved>
    </div>
  );
}
