const NUMERIC = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL)/;

/** Tells whether DuckDB's type is one of numbers. */
export function isNumeric(type: string): boolean {
  return NUMERIC.test(type);
}
