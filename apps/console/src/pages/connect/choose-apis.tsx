import { useState } from 'react';
import type { Offered } from '../../server/consents';
import { Button } from '../../ui/button';
import { FieldGroup } from '../../ui/field';
import { Note } from '../../ui/note';
import { Switch } from '../../ui/switch';
import css from './connect.module.css';

interface ChooseApisProps {
  offered: Offered;
  isPending: boolean;
  /** Somebody wants another token. */
  onChange: () => void;
  onAllow: (apiIds: string[]) => void;
}

/** Asks which of the APIs of a token may be used; all of them are chosen at first. */
export function ChooseApis({ offered: { token, apis }, isPending, onChange, onAllow }: ChooseApisProps) {
  const [chosen, setChosen] = useState(() => apis.map(({ id }) => id));
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => (isChosen ? [...before, id] : before.filter((each) => each !== id)));
  return (
    <div className={css.choice}>
      <p className={css.token}>
        <span>
          In the name of <strong>{token.name}</strong>
        </span>
        <Button look="quiet" isDisabled={isPending} onPress={onChange}>
          Change
        </Button>
      </p>
      {apis.length === 0 ? (
        <Note>No API that agents use is assigned to this token. Take another one, or ask its publisher.</Note>
      ) : (
        <FieldGroup
          legend="It may use"
          hint="For 30 days, within the limits of the token, and no longer than that is good."
        >
          <ul className={css.apis}>
            {apis.map(({ id, name, use }) => (
              <li key={id}>
                <Switch
                  label={use === 'send' ? `${name} – send rows` : name}
                  isSelected={chosen.includes(id)}
                  onChange={(isChosen) => choose(id, isChosen)}
                />
              </li>
            ))}
          </ul>
        </FieldGroup>
      )}
      <Button look="primary" isPending={isPending} isDisabled={chosen.length === 0} onPress={() => onAllow(chosen)}>
        Allow
      </Button>
    </div>
  );
}
