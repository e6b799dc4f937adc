import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { Badge } from '../../ui/badge';
import { IconButton } from '../../ui/button';
import { FaultLines, FieldGroup } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { Switch } from '../../ui/switch';
import css from './api-form.module.css';

/** Which fields consumers see, and in which order. */
export function ExposedFields({
  fields,
  exposed,
  onChange,
  faults,
}: {
  fields: readonly Field[];
  exposed: readonly string[] | null;
  onChange: (exposed: readonly string[] | null) => void;
  faults: readonly Fault[];
}) {
  const names = fields.map(({ name }) => name);
  const chosen = exposed ?? names;
  const hidden = names.filter((name) => !chosen.includes(name));
  const move = (name: string, by: number) => {
    const at = chosen.indexOf(name);
    const others = chosen.filter((each) => each !== name);
    onChange([...others.slice(0, at + by), name, ...others.slice(at + by)]);
  };
  return (
    <FieldGroup
      legend="Fields"
      hint={
        exposed === null
          ? 'Consumers see every field, also those that later versions add.'
          : 'Consumers see these, in this order. For them any other field does not exist.'
      }
    >
      <Switch
        label="Every field"
        isSelected={exposed === null}
        isDisabled={fields.length === 0}
        onChange={(every) => onChange(every ? null : names)}
      />
      {exposed !== null && (
        <ul className={css.fields}>
          {[...chosen, ...hidden].map((name) => {
            const at = chosen.indexOf(name);
            const field = fields.find((each) => each.name === name);
            return (
              <li key={name} className={css.fieldRow}>
                <Checkbox
                  className={css.check}
                  isSelected={at >= 0}
                  onChange={(on) => onChange(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
                >
                  <span className={css.box} aria-hidden="true" />
                  <code>{name}</code>
                </Checkbox>
                <Badge tone={field ? 'plain' : 'warn'}>{field?.type ?? 'gone'}</Badge>
                <IconButton label={`Move ${name} up`} isDisabled={at <= 0} onPress={() => move(name, -1)}>
                  <ArrowUp aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={`Move ${name} down`}
                  isDisabled={at < 0 || at === chosen.length - 1}
                  onPress={() => move(name, 1)}
                >
                  <ArrowDown aria-hidden="true" />
                </IconButton>
              </li>
            );
          })}
        </ul>
      )}
      {faults.length > 0 && (
        <span className={fieldCss.error}>
          <FaultLines faults={faults} />
        </span>
      )}
    </FieldGroup>
  );
}
