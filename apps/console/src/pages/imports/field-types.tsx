import type { Field, FieldType } from '@sluice/contracts/fields';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Types } from '../../server/imports';
import { faultsAt } from '../../server/problem';
import { FaultLines } from '../../ui/field';
import { fieldTypes, typeNames } from '../../ui/names';
import { Select } from '../../ui/select';
import { FieldMenu, FieldNotes, type FieldReadings } from './field-notes';
import css from './imports.module.css';

const SHOWN_FAULTS = 3;
const ROW_HEIGHT = 49;

interface TypesProps {
  fields: readonly Field[];
  types: Types;
  onTypes: (types: Types) => void;
  readings: FieldReadings;
  error: unknown;
  /** The types that the error is about: of a field that has another by now it tells nothing. */
  tried: Types;
}

/** Each field with the type that was found and the one that it shall have; of a thousand only those in sight are drawn. */
export function FieldTypes({ fields, types, onTypes, readings, error, tried }: TypesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: fields.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const firstFault = fields.findIndex(({ name }) => faultsAt(error, name).length > 0);
  useEffect(() => {
    if (firstFault >= 0) virtual.scrollToIndex(firstFault);
  }, [firstFault, virtual]);
  const choose = ({ name, type }: Field, chosen: FieldType) => {
    const { [name]: _, ...others } = types;
    onTypes(chosen === type ? others : { ...others, [name]: chosen });
  };
  return (
    <div ref={frame} className={css.types}>
      <ul className={css.typeRows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const field = fields[index];
          return (
            field && (
              <li
                key={field.name}
                ref={virtual.measureElement}
                data-index={index}
                className={css.typeRow}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={fields.length}
                aria-posinset={index + 1}
              >
                <FieldRow
                  field={field}
                  chosen={types[field.name] ?? field.type}
                  onChoose={(type) => choose(field, type)}
                  readings={readings}
                  error={types[field.name] === tried[field.name] ? error : null}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  field: Field;
  chosen: FieldType;
  onChoose: (type: FieldType) => void;
  readings: FieldReadings;
  error: unknown;
}

/** Shows below a field which of its values do not fit the type. */
function FieldRow({ field, chosen, onChoose, readings, error }: RowProps) {
  const { name, label, type, nullable } = field;
  const faults = faultsAt(error, name);
  return (
    <>
      <div>
        <code>{name}</code>
        <span className={css.detected}>
          {label !== name && `“${label}”, `}
          detected: {typeNames[type]}
          {nullable && ', with gaps'}
        </span>
      </div>
      <Select
        label={`Type of ${name}`}
        hideLabel
        choices={fieldTypes.map((id) => ({
          id,
          label: typeNames[id],
          ...(id === type && { detail: 'detected' }),
        }))}
        value={chosen}
        onChange={(id) => onChoose(fieldTypes.find((each) => each === id) ?? type)}
      />
      <FieldMenu field={field} readings={readings} />
      {faults.length > 0 && (
        <p className={css.misfit} role="alert">
          <FaultLines faults={faults.slice(0, SHOWN_FAULTS)} />
          {faults.length > SHOWN_FAULTS && 'And more.'}
        </p>
      )}
      <FieldNotes field={field} readings={readings} />
    </>
  );
}
