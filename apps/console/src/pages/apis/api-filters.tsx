import { type ApisWanted, methods } from '../../server/apis';
import { Select } from '../../ui/select';
import { useNarrow } from '../../ui/use-find';

const ANY = '*';

/** Narrows the list of APIs to a state and a method, in the address. */
export function ApiFilters({ wanted: { active, method } }: { wanted: ApisWanted }) {
  const narrow = useNarrow();
  return (
    <>
      <Select
        label="Filter by status"
        hideLabel
        choices={[
          { id: ANY, label: 'Any status' },
          { id: 'true', label: 'Activated' },
          { id: 'false', label: 'Deactivated' },
        ]}
        value={active?.toString() ?? ANY}
        onChange={(id) => narrow({ active: id === ANY ? undefined : id === 'true' })}
      />
      <Select
        label="Filter by method"
        hideLabel
        choices={[{ id: ANY, label: 'Any method' }, ...methods.map((id) => ({ id, label: id }))]}
        value={method ?? ANY}
        onChange={(id) => narrow({ method: methods.find((each) => each === id) })}
      />
    </>
  );
}
