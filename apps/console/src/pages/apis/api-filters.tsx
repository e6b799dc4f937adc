import { type ApisWanted, methods } from '../../server/apis';
import { Select } from '../../ui/select';
import { useNarrow } from '../../ui/use-find';
import { DatasetFilter } from '../list-filters/dataset-filter';
import { TokenFilter } from '../list-filters/token-filter';

const ANY = '*';

/** Narrows the list of APIs to a state, a method, a dataset and a token, in the address. */
export function ApiFilters({ wanted: { active, method, datasetId, tokenId } }: { wanted: ApisWanted }) {
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
      <DatasetFilter id={datasetId} onChoose={(id) => narrow({ datasetId: id })} />
      <TokenFilter id={tokenId} onChoose={(id) => narrow({ tokenId: id })} />
    </>
  );
}
