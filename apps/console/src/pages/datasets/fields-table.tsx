import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import { Badge } from '../../ui/badge';
import { DataTable } from '../../ui/data-table';
import table from '../../ui/table.module.css';
import { count } from '../../ui/units';

/** Different values are counted exactly in files of up to so many rows. */
const MAX_EXACT_ROWS = 1_000_000;

interface FieldsTableProps {
  fields: readonly Field[];
  keyFields: readonly string[];
  /** The version that the fields are of, once it is known. */
  version: Version | undefined;
}

export function FieldsTable({ fields, keyFields, version }: FieldsTableProps) {
  // Rows that were sent since are not counted.
  const isExact = version !== undefined && version.seq === 0 && version.rowCount <= MAX_EXACT_ROWS;
  return (
    <DataTable
      columns={[
        {
          label: 'Field',
          cell: ({ name, label }) => (
            <>
              <code>{name}</code>
              {label !== name && <span className={table.sub}>{label}</span>}
            </>
          ),
        },
        {
          label: 'Type',
          cell: ({ name, type }) => (
            <>
              <Badge>{type}</Badge> {keyFields.includes(name) && <Badge tone="good">key</Badge>}
            </>
          ),
        },
        { label: 'Empty values', looks: ['medium', 'soft'], cell: ({ nullable }) => (nullable ? 'yes' : 'no') },
        { label: 'Smallest', looks: ['wide', 'soft'], cell: ({ min }) => plainText(min) },
        { label: 'Largest', looks: ['wide', 'soft'], cell: ({ max }) => plainText(max) },
        {
          label: 'Different',
          looks: ['medium', 'number', 'soft'],
          cell: ({ distinct }) => (distinct === null ? '–' : `${isExact ? '' : '≈ '}${count(distinct)}`),
        },
      ]}
      items={fields}
      keyOf={({ name }) => name}
    />
  );
}

/** Smallest and largest values come as JSON text: texts and dates with their quotes. */
function plainText(json: string | null): string {
  if (json === null) return '–';
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}
