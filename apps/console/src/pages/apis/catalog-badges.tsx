import type { Api } from '@sluice/contracts/registry/apis';
import { Badge } from '../../ui/badge';

/** Tells by chips whether everybody knows of the API, and when it is expected to end. */
export function CatalogBadges({ api: { listed, deprecatedAt, sunsetAt } }: { api: Api }) {
  const isDeprecated = deprecatedAt !== null && Date.parse(deprecatedAt) <= Date.now();
  return (
    <>
      {listed && <Badge>Listed for everyone</Badge>}
      {deprecatedAt !== null && (
        <Badge tone="warn">{isDeprecated ? 'Deprecated' : `Deprecated from ${day(deprecatedAt)}`}</Badge>
      )}
      {sunsetAt !== null && <Badge tone="warn">Ends {day(sunsetAt)}</Badge>}
    </>
  );
}

const day = (moment: string) => moment.slice(0, 10);
