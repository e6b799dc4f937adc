import type { Fault } from '@sluice/contracts/fault';
import {
  commonLicenses,
  frequencyNames,
  hvdNames,
  licenseName,
  themeNames,
} from '@sluice/query/describing/catalog-words';
import { TextField } from '../../ui/field';
import { Note } from '../../ui/note';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import css from './api-form.module.css';
import type { CatalogDraft } from './catalog-draft';
import { faultsUnder } from './faults-under';
import { FoldedPart } from './folded-part';

const NONE = { id: '-', label: 'Not said' };
const OTHER = { id: '+', label: 'Another address' };
const BEGUN = 'https://';

const licenses = [NONE, ...Object.keys(commonLicenses).map((id) => ({ id, label: id })), OTHER];

/** The places whose faults stand at a field of this part. */
export const catalogPlaces = [
  '/license',
  '/contact/email',
  '/contact/page',
  '/deprecatedAt',
  '/deprecationPage',
  '/sunsetAt',
];

interface CatalogProps {
  draft: CatalogDraft;
  change: (part: Partial<CatalogDraft>) => void;
  faults: readonly Fault[];
  isRead: boolean;
}

/** Edits what catalogues are told of the API, and whether everybody is. */
export function CatalogPart({ draft, change, faults, isRead }: CatalogProps) {
  return (
    <FoldedPart
      title="For catalogues"
      summary="listed for everyone, licence, contact, theme, end"
      isFaulty={catalogPlaces.some((place) => faultsUnder(faults, place).length > 0)}
    >
      <Switch label="Listed for everyone" isSelected={draft.listed} onChange={(listed) => change({ listed })} />
      <Note>
        {draft.listed ? 'Everybody can read' : 'Where it is switched on, everybody can read'} without a token: the name,
        description and address, {isRead ? 'the exposed fields with their types' : 'what a row has to be'}, parameters
        with their defaults, limits, when it last changed, and all that is set here. Never a row, and never an example
        of one.
      </Note>
      <div className={css.columns}>
        <License license={draft.license} onChange={(license) => change({ license })} faults={faults} />
        <Word label="Theme" names={themeNames} value={draft.theme} onChange={(theme) => change({ theme })} />
        <Word
          label="Rows change"
          names={frequencyNames}
          value={draft.updateFrequency}
          onChange={(updateFrequency) => change({ updateFrequency })}
        />
        <Word
          label="High-value dataset"
          names={hvdNames}
          value={draft.hvdCategory}
          onChange={(hvdCategory) => change({ hvdCategory })}
        />
      </div>
      <TextField
        label="Contact"
        placeholder="Data office"
        hint="Whom to ask, with an email, a page, or both."
        value={draft.contactName}
        onChange={(contactName) => change({ contactName })}
        faults={faults.filter(({ pointer }) => pointer === '/contact' || pointer === '/contact/name')}
      />
      <div className={css.columns}>
        <TextField
          label="Email of the contact"
          placeholder="data@example.com"
          value={draft.contactEmail}
          onChange={(contactEmail) => change({ contactEmail })}
          faults={faultsUnder(faults, '/contact/email')}
        />
        <TextField
          label="Page of the contact"
          placeholder="https://example.com/data"
          value={draft.contactPage}
          onChange={(contactPage) => change({ contactPage })}
          faults={faultsUnder(faults, '/contact/page')}
        />
      </div>
      <div className={css.columns}>
        <TextField
          label="Deprecated from"
          hint="Every answer announces it. A day begins in UTC."
          type="date"
          value={draft.deprecatedAt.slice(0, 10)}
          onChange={(deprecatedAt) => change({ deprecatedAt })}
          faults={faultsUnder(faults, '/deprecatedAt')}
        />
        <TextField
          label="Expected to end"
          hint="Nothing is switched off by itself."
          type="date"
          value={draft.sunsetAt.slice(0, 10)}
          onChange={(sunsetAt) => change({ sunsetAt })}
          faults={faultsUnder(faults, '/sunsetAt')}
        />
      </div>
      <TextField
        label="Page about the end"
        placeholder="https://example.com/changes"
        value={draft.deprecationPage}
        onChange={(deprecationPage) => change({ deprecationPage })}
        faults={faultsUnder(faults, '/deprecationPage')}
      />
    </FoldedPart>
  );
}

/** One of the licences that are common for data, or the address of another. */
function License({
  license,
  onChange,
  faults,
}: {
  license: string;
  onChange: (license: string) => void;
  faults: readonly Fault[];
}) {
  const common = licenseName(license);
  const isOther = license !== '' && common === undefined;
  return (
    <div>
      <Select
        label="Licence"
        choices={licenses}
        value={isOther ? OTHER.id : (common ?? NONE.id)}
        onChange={(id) => onChange(id === OTHER.id ? BEGUN : (commonLicenses[id] ?? ''))}
      />
      {isOther && (
        <TextField
          label="Address of the licence"
          value={license}
          onChange={onChange}
          faults={faultsUnder(faults, '/license')}
        />
      )}
    </div>
  );
}

/** A word of a vocabulary, or none. */
function Word<Code extends string>({
  label,
  names,
  value,
  onChange,
}: {
  label: string;
  names: Readonly<Record<Code, string>>;
  value: Code | null;
  onChange: (code: Code | null) => void;
}) {
  const codes = Object.keys(names) as Code[];
  return (
    <Select
      label={label}
      choices={[NONE, ...codes.map((id) => ({ id, label: names[id] }))]}
      value={value ?? NONE.id}
      onChange={(id) => onChange(codes.find((code) => code === id) ?? null)}
    />
  );
}
