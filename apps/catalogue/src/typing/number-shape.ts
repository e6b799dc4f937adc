import type { Engine, QueryLimits } from '../engine/engine';

/** The digits that the numbers of a column need: those that count, those after the point as written and at the least, and before it. */
export interface NumberShape {
  significant: number;
  scale: number;
  leastScale: number;
  whole: number;
  /** Every value is within the range of a double. */
  finite: boolean;
  /** Every value is written back with the same digits after it went through a double. */
  survivesDouble: boolean;
}

const BEYOND_EVERY_TYPE = 1_000_000;

/** Measures the texts that are numbers, one column after the other in one pass. NaN and infinities do not count. */
export async function measureNumbers(
  engine: Engine,
  relation: string,
  texts: string[],
  limits: QueryLimits,
): Promise<NumberShape[]> {
  if (texts.length === 0) return [];
  const [cells = []] = await engine.query(`SELECT ${texts.map(measures).join(', ')} FROM ${relation}`, [], limits);
  return texts.map((_, index) => {
    const [significant, scale, leastScale, whole, finite, survivesDouble] = cells.slice(index * 6, index * 6 + 6);
    return {
      significant: Number(significant ?? 0),
      scale: Number(scale ?? 0),
      leastScale: Number(leastScale ?? 0),
      whole: Number(whole ?? 0),
      finite: finite !== false,
      survivesDouble: survivesDouble !== false,
    };
  });
}

function measures(text: string): string {
  const { digits, exponent, fraction, isNumber } = parts(text);
  const written = parts(`TRY_CAST(${text} AS DOUBLE)::VARCHAR`);
  const trailing = `(length(${digits}) - length(rtrim(${digits}, '0')))`;
  const isZero = `trim(${digits}, '0') = ''`;
  const significant = `length(trim(${digits}, '0'))`;
  const scale = `greatest(0, length(${fraction}) - ${exponent})`;
  const leastScale = `greatest(0, length(${fraction}) - ${trailing} - ${exponent})`;
  const whole = `greatest(0, length(ltrim(${digits}, '0')) - length(${fraction}) + ${exponent})`;
  const double = `TRY_CAST(${text} AS DOUBLE)`;
  const finite = `coalesce(isfinite(${double}) AND (${double} = 0) = (${isZero}), false)`;
  const survives = `(trim(${digits}, '0') = trim(${written.digits}, '0'))`;
  const of = (aggregate: string) => `${aggregate} FILTER (WHERE ${isNumber})`;
  return [
    of(`max(${significant})`),
    of(`max(${scale})`),
    of(`max(CASE WHEN ${isZero} THEN 0 ELSE ${leastScale} END)`),
    of(`max(CASE WHEN ${isZero} THEN 0 ELSE ${whole} END)`),
    of(`bool_and(${finite})`),
    of(`bool_and(${survives})`),
  ].join(', ');
}

function parts(text: string) {
  const mantissa = `split_part(lower(${text}), 'e', 1)`;
  const fraction = `split_part(${mantissa}, '.', 2)`;
  const power = `split_part(lower(${text}), 'e', 2)`;
  return {
    digits: `ltrim(replace(${mantissa}, '.', ''), '+-')`,
    fraction,
    exponent: `(CASE WHEN ${power} = '' THEN 0 ELSE coalesce(TRY_CAST(${power} AS INTEGER), ${BEYOND_EVERY_TYPE}) END)`,
    // Infinities have an `i` and NaN an `n` where every number has digits or a point.
    isNumber: `regexp_full_match(${text}, '[+-]?[0-9.]+([eE][+-]?[0-9]+)?')`,
  };
}
