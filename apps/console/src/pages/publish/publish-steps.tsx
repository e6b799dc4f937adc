import { Circle, CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import css from './publish.module.css';
import type { Made, Step, TokenWanted } from './use-publication';

interface StepsProps {
  made: Made;
  step: Step;
  isRunning: boolean;
  isFailed: boolean;
  token: TokenWanted;
}

/** Tells what the button does, which of it is done, and where it stopped. */
export function PublishSteps({ made, step, isRunning, isFailed, token }: StepsProps) {
  const steps = [
    { id: 'version', words: 'Publish the data', isMade: made.version !== null },
    { id: 'api', words: 'Switch the endpoint on', isMade: made.api !== null },
    ...(token
      ? [
          {
            id: 'token',
            words: token.kind === 'new' ? 'Generate the token and assign it' : `Assign ${token.name}`,
            isMade: false,
          },
        ]
      : []),
  ];
  const current = steps.find(({ id }) => id === step);
  return (
    <>
      <ol className={css.steps}>
        {steps.map(({ id, words, isMade }) => {
          const at = isMade ? 'done' : id !== step ? 'waits' : isRunning ? 'runs' : isFailed ? 'failed' : 'waits';
          const Picture = pictures[at];
          return (
            <li key={id} className={css[at]}>
              <Picture aria-hidden="true" />
              {words}
              {spoken[at] !== '' && <span className={css.spoken}>: {spoken[at]}</span>}
            </li>
          );
        })}
      </ol>
      <p role="status" className={css.spoken}>
        {isRunning && current?.words}
      </p>
    </>
  );
}

const pictures = { done: CircleCheck, waits: Circle, runs: LoaderCircle, failed: CircleX };
const spoken = { done: 'done', waits: '', runs: 'under way', failed: 'not done' };
