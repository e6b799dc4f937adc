export const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
export const whole = (value: unknown) =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

/** The words that a list is searched for. */
export const found = ({ q }: Record<string, unknown>): { q?: string } => ({ q: text(q) });

export const day = (value: unknown) => text(value)?.match(/^\d{4}-\d\d-\d\d$/)?.[0];

/** The member by which a list is sorted, descending behind a minus. */
export const sorted = (value: unknown, members: readonly string[]) =>
  members.flatMap((member) => [member, `-${member}`]).find((sort) => sort === value);
