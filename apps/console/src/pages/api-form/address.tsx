import type { Fault } from '@sluice/contracts/fault';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { domainsQuery } from '../../server/apis';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import css from './api-form.module.css';
import type { Draft } from './draft';
import { faultsUnder } from './faults-under';
import type { Validity } from './use-validity';

const ANY = '*';

/** The domain of an endpoint: one of the installation's, or all of them. */
export function DomainField({
  draft: { domain },
  change,
  isDisabled,
}: {
  draft: Pick<Draft, 'domain'>;
  change: (part: Pick<Draft, 'domain'>) => void;
  isDisabled?: boolean;
}) {
  const { data: domains = [] } = useQuery(domainsQuery);
  return (
    <Select
      label="Domain"
      hint={
        <>
          Another host name is added at{' '}
          <Link to="/domains" target="_blank">
            Domains
          </Link>
          .
        </>
      }
      choices={[
        { id: ANY, label: 'Every domain', detail: 'of this installation' },
        ...domains.map(({ name }) => ({ id: name, label: name })),
      ]}
      value={domain ?? ANY}
      onChange={(id) => change({ domain: id === ANY ? null : id })}
      isDisabled={isDisabled}
    />
  );
}

interface AddressProps {
  draft: Pick<Draft, 'method' | 'domain' | 'path'>;
  change: (part: Pick<Draft, 'path'>) => void;
  validity: Validity;
  faults: readonly Fault[];
  isDisabled?: boolean;
}

/** The path of an endpoint, and its whole address as it stands: until a path is typed, the one that the name gives. */
export function Address({ draft: { method, domain, path }, change, validity, faults, isDisabled }: AddressProps) {
  const { proposedPath, isChecking } = validity;
  const pathFaults = faultsUnder(faults, '/path');
  const [suggestion] = pathFaults.flatMap(({ suggestions = [] }) => suggestions);
  const shown = path || proposedPath;
  return (
    <>
      <div className={css.path}>
        <TextField
          label="Path"
          placeholder={proposedPath || 'made from the name'}
          hint="Lower-case letters, digits and hyphens, with / between: sales/orders"
          value={path}
          onChange={(typed) => change({ path: typed })}
          faults={pathFaults}
          autoComplete="off"
          spellCheck="false"
          mono
          isDisabled={isDisabled}
        />
        {suggestion && <Button onPress={() => change({ path: suggestion })}>Use {suggestion}</Button>}
      </div>
      <p className={css.endpoint} aria-live="polite">
        <span>{method}</span>
        <code>{`${window.location.protocol}//${domain ?? window.location.host}/api/${shown || '…'}`}</code>
        <span className={css.checking}>
          {isChecking ? 'checking' : pathFaults.length === 0 && shown !== '' ? 'free' : ''}
        </span>
      </p>
    </>
  );
}
