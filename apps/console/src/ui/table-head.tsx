import table from './table.module.css';

/** `number` stands on the right; `medium` and `wide` give way on narrower screens; `unseen` is only read out. */
type Look = 'number' | 'medium' | 'wide' | 'tight' | 'unseen';
type Column = string | readonly [label: string, ...looks: Look[]];

/** The column of the menus at the ends of rows. */
export const actionsColumn: Column = ['Actions', 'tight', 'unseen'];

/** The names of a table's columns. */
export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const [label, ...looks] = typeof column === 'string' ? [column] : column;
          const isUnseen = looks.includes('unseen');
          const classes = looks.filter((look) => look !== 'unseen').map((look) => table[look]);
          return (
            <th key={label} scope="col" className={classes.join(' ') || undefined}>
              {isUnseen ? <span className={table.unseen}>{label}</span> : label}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
