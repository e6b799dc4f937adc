import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import { Badge } from '../../ui/badge';
import table from '../../ui/table.module.css';
import { TableHead } from '../../ui/table-head';
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
    <table className={table.table}>
      <TableHead
        columns={[
          'Field',
          'Type',
          ['Empty values', 'medium'],
          ['Smallest', 'wide'],
          ['Largest', 'wide'],
          ['Different', 'medium', 'number'],
        ]}
      />
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">
              <code>{field.name}</code>
              {field.label !== field.name && <span className={table.sub}>{field.label}</span>}
            </th>
            <td>
              <Badge>{field.type}</Badge> {keyFields.includes(field.name) && <Badge tone="good">key</Badge>}
            </td>
            <td className={`${table.medium} ${table.soft}`}>{field.nullable ? 'yes' : 'no'}</td>
            <td className={`${table.wide} ${table.soft}`}>{plainText(field.min)}</td>
            <td className={`${table.wide} ${table.soft}`}>{plainText(field.max)}</td>
            <td className={`${table.medium} ${table.number} ${table.soft}`}>
              {field.distinct === null ? '–' : `${isExact ? '' : '≈ '}${count(field.distinct)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Smallest and largest values come as JSON text: texts and dates with their quotes. */
function plainText(json: string | null): string {
  if (json === null) return '–';
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}
