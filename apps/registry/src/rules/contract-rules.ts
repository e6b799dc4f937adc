import type { Field } from '@sluice/contracts/fields';
import type { ApiSettings } from '@sluice/contracts/registry/api-settings';
import type { ContractFault } from '@sluice/contracts/registry/apis';
import { sortKeyOf } from '@sluice/query/exposing/api-view';
import { rowFilterFields } from '@sluice/query/exposing/row-filter';
import type { Served } from '../stores/api-doc';
import { fault } from './api-rules';
import { settingsFaults } from './settings-rules';

/**
 * Finds what would break for the consumers of an API if it served the next version: a field that
 * they see, or that its settings use, is gone or of another type. More fields break nothing. What the publisher sets anew
 * in this very change (`renewed`) is his word: it only has to fit the next version.
 */
export function contractFaults(
  settings: ApiSettings,
  before: Served | null,
  next: Served,
  renewed: readonly (keyof ApiSettings)[] = [],
): ContractFault[] {
  const was = new Map(before?.fields.map((field) => [field.name, field]));
  const is = new Map(next.fields.map((field) => [field.name, field]));
  const found = new Map<string, ContractFault>();
  for (const use of usedFields(settings, before?.fields ?? [])) {
    const { name } = use;
    const [old, field] = [was.get(name), is.get(name)];
    if (renewed.includes(use.setting) || found.has(name) || !old || old.type === field?.type) continue;
    const { number: version } = next;
    const { pointer } = use;
    const broken = field
      ? {
          ...fault(
            pointer,
            'type_changed',
            `${name} is ${field.type} in version ${version}, not ${old.type} as before`,
          ),
          hint: `import the file with ?types={"${name}":"${old.type}"}, or set ${use.setting} anew`,
        }
      : {
          ...fault(pointer, 'field_gone', `Version ${version} has no field ${name}`),
          hint: `publish a version that has it, or set ${use.setting} anew`,
        };
    found.set(name, { ...broken, field: name, version });
  }
  const unfit = settingsFaults(settings, next.fields)
    .filter(({ code }) => found.size === 0 || (code !== 'unknown_field' && code !== 'invalid_value'))
    .map((each) => ({ ...each, field: null, version: next.number }));
  return [...found.values(), ...unfit];
}

/** Every field on which consumers depend, and the setting that says so. */
function usedFields(settings: ApiSettings, before: readonly Field[]) {
  const { exposed, rowFilter, defaultSort } = settings;
  const use = (setting: keyof ApiSettings, pointer: string, name: string) => ({ setting, pointer, name });
  return [
    ...(exposed?.map((name, index) => use('exposed', `/exposed/${index}`, name)) ??
      before.map(({ name }) => use('exposed', '/exposed', name))),
    ...rowFilterFields(rowFilter).map((name) => use('rowFilter', '/rowFilter', name)),
    ...defaultSort.map((text, index) => {
      const { field } = sortKeyOf(text);
      return use('defaultSort', `/defaultSort/${index}`, field.split('.', 1)[0] ?? field);
    }),
  ];
}
