/** Classes of Unicode and looking around: some engines of regular expressions read neither (RFC 9485 leaves them out). */
const OTHER_DIALECTS = /\\[pP]|\(\?[=!<]/;

/** Formats that say all that the pattern beside them says. */
const told: readonly unknown[] = ['date-time', 'date', 'email', 'ipv4', 'ipv6', 'uri', 'uuid'];

/**
 * Makes the schemas of a document readable for the tools of every language, in place: no pattern that only some engines read
 * or that a format says already, no bounds that are only those of exact numbers, no `allOf` of one, and nothing required that
 * has a default.
 */
export function makePortable(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const node = schema as Record<string, unknown>;
  if (typeof node.pattern === 'string' && (OTHER_DIALECTS.test(node.pattern) || told.includes(node.format))) {
    delete node.pattern;
  }
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (Array.isArray(node.allOf) && node.allOf.length === 1) {
    const [only] = node.allOf;
    delete node.allOf;
    Object.assign(node, only);
  }
  if (Array.isArray(node.required) && isRecord(node.properties)) {
    const { properties } = node;
    node.required = node.required.filter((name: string) => !hasDefault(properties[name]));
  }
  for (const member of Object.values(node)) makePortable(member);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasDefault(schema: unknown): boolean {
  return isRecord(schema) && 'default' in schema;
}
