import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { useState } from 'react';
import { Refusal } from '../../server/problem';
import { FaultLines, TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { optionWords, type ReadingOption, textOf, valueSaid } from './reading-options';
import type { ReadingTrials } from './use-reading';
import { WarningList } from './warning-list';

const SHOWN_FAULTS = 3;
const AUTOMATIC = 'automatic';

/** An option of a file, or of the one field that is named. */
export interface OptionPlace {
  option: ReadingOption;
  field?: { key: string; name: string };
  value: unknown;
  warnings: readonly ImportWarning[];
}

interface OptionDialogProps {
  place: OptionPlace;
  /** What the file has to choose from, such as its sheets. */
  names: readonly string[];
  trials: ReadingTrials;
  onClose: () => void;
}

/** One option of how a file is read; with another value the file is read again. What keeps it from that is told here. */
export function OptionDialog({ place, names, trials, onClose }: OptionDialogProps) {
  const { option, field, value, warnings } = place;
  const { label, hint, choices, placeholder, isList } = optionWords[option];
  const [text, setText] = useState(textOf(value));
  const title = field ? `${label} of ${field.name}` : label;
  const { error } = trials;
  const faults = error instanceof Refusal ? error.faults.slice(0, SHOWN_FAULTS) : [];
  const listed = choices ? Object.entries(choices) : names.map((name) => [name, name] as const);
  const close = () => {
    trials.reset();
    onClose();
  };
  return (
    <FormDialog
      title={title}
      action="Read again"
      task={{
        isPending: trials.isPending,
        error: faults.length > 0 ? null : error,
        mutate: () => trials.apply({ field: field?.key, said: { [option]: valueSaid(option, text) } }, onClose),
      }}
      onClose={close}
    >
      <WarningList warnings={warnings} />
      {listed.length > 0 ? (
        <>
          <Select
            label={label}
            hint={hint}
            choices={[
              { id: AUTOMATIC, label: 'Found out by itself' },
              ...listed.map(([id, words]) => ({ id, label: words })),
            ]}
            value={text || AUTOMATIC}
            onChange={(id) => setText(id === AUTOMATIC ? '' : id)}
          />
          {faults.length > 0 && (
            <div className={fieldCss.error} role="alert">
              <FaultLines faults={faults} />
            </div>
          )}
        </>
      ) : (
        <TextField
          label={label}
          hint={`${hint} Empty: it is found out.`}
          placeholder={placeholder}
          value={text}
          onChange={setText}
          faults={faults}
          rows={isList ? 4 : undefined}
          mono
          autoFocus
        />
      )}
    </FormDialog>
  );
}
