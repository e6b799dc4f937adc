import type { Field } from '@sluice/contracts/fields';
import { Badge } from '../../ui/badge';
import table from '../../ui/table.module.css';
import { TableHead } from '../../ui/table-head';
import { count } from '../../ui/units';

export function FieldsTable({ fields, keyFields }: { fields: readonly Field[]; keyFields: readonly string[] }) {
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
              {field.distinct === null ? '–' : `≈ ${count(field.distinct)}`}
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
