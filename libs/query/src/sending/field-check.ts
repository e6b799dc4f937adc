import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FieldRule } from '@sluice/contracts/send-rules';
import { RE2JS } from 're2js';
import type { ParsedValue } from '../values/value';
import { readSentValue, type SentValue } from './sent-value';

/** Why a value is refused that is of its field's type. */
export interface BrokenRule {
  code: 'too_small' | 'too_large' | 'too_short' | 'too_long' | 'pattern_mismatch' | 'not_one_of';
  detail: string;
  max?: number;
  allowed?: string[];
}

/** A fault of a rule itself; `member` names the part of it. */
export interface RuleFault {
  member: keyof FieldRule;
  code: string;
  detail: string;
}

type Check = (value: string) => BrokenRule | null;
type RuleValue = string | number | boolean;

const MAX_TOLD_CHOICES = 50;
const orderedTypes: readonly FieldType[] = ['integer', 'number', 'decimal', 'date', 'datetime', 'time'];

/** One field's rule, read once and asked for every row. Patterns take linear time whatever they are (RE2). */
export class FieldCheck {
  readonly required: boolean;
  /** The value, as canonical text, for a row without the field. */
  readonly preset: string | null;
  /** Empty when the rule fits the field. */
  readonly faults: RuleFault[] = [];
  private readonly checks: Check[] = [];

  constructor(
    private readonly field: Field,
    rule: FieldRule,
  ) {
    this.required = rule.required ?? false;
    this.preset = rule.default == null ? null : this.value('default', rule.default);
    this.bounds(rule);
    if (rule.pattern !== undefined) this.pattern(rule.pattern);
    if (rule.oneOf) this.choices(rule.oneOf);
    const broken = this.preset === null ? null : this.broken(this.preset);
    if (broken) this.fault('default', broken.code, `the default breaks the rule: ${broken.detail}`);
  }

  /** Why the value, in canonical text, is refused; null when it is not. */
  broken(value: string): BrokenRule | null {
    for (const check of this.checks) {
      const broken = check(value);
      if (broken) return broken;
    }
    return null;
  }

  private bounds({ min, max }: FieldRule): void {
    const { type } = this.field;
    if (min === undefined && max === undefined) return;
    if (type === 'text') {
      this.lengths(min, max);
      return;
    }
    if (!orderedTypes.includes(type)) {
      for (const member of ['min', 'max'] as const) {
        const given = member === 'min' ? min : max;
        if (given !== undefined) this.fault(member, 'not_allowed', `a ${type} has no order`);
      }
      return;
    }
    const low = min === undefined ? null : this.value('min', min);
    const high = max === undefined ? null : this.value('max', max);
    if (low !== null && high !== null && compareValues(type, low, high) > 0)
      this.fault('min', 'too_large', 'min is larger than max');
    if (low !== null)
      this.checks.push((value) =>
        compareValues(type, value, low) < 0 ? { code: 'too_small', detail: `at least ${low}` } : null,
      );
    if (high !== null)
      this.checks.push((value) =>
        compareValues(type, value, high) > 0 ? { code: 'too_large', detail: `at most ${high}` } : null,
      );
  }

  private lengths(min: RuleValue | undefined, max: RuleValue | undefined): void {
    const least = this.length('min', min) ?? 0;
    const most = this.length('max', max) ?? Number.POSITIVE_INFINITY;
    if (least > most) this.fault('min', 'too_large', 'min is larger than max');
    this.checks.push((value) => {
      const length = [...value].length;
      if (length < least) return { code: 'too_short', detail: `at least ${least} characters` };
      if (length > most) return { code: 'too_long', detail: `at most ${most} characters`, max: most };
      return null;
    });
  }

  private length(member: 'min' | 'max', given: RuleValue | undefined): number | undefined {
    if (given === undefined) return undefined;
    if (typeof given === 'number' && Number.isInteger(given) && given >= 0) return given;
    this.fault(member, 'invalid_value', 'for a text this is a number of characters');
    return undefined;
  }

  private pattern(source: string): void {
    if (this.field.type !== 'text') {
      this.fault('pattern', 'not_allowed', 'only a text has a pattern');
      return;
    }
    try {
      const pattern = RE2JS.compile(source);
      this.checks.push((value) =>
        pattern.matches(value) ? null : { code: 'pattern_mismatch', detail: `the text has to match ${source}` },
      );
    } catch {
      this.fault('pattern', 'invalid_pattern', 'this is no RE2 expression');
    }
  }

  private choices(oneOf: readonly RuleValue[]): void {
    if (this.field.type === 'json') {
      this.fault('oneOf', 'not_allowed', 'nested values cannot be compared');
      return;
    }
    const values = new Set(oneOf.flatMap((each) => this.value('oneOf', each) ?? []));
    const allowed = [...values].slice(0, MAX_TOLD_CHOICES);
    this.checks.push((value) =>
      values.has(value) ? null : { code: 'not_one_of', detail: 'the value is none of those allowed', allowed },
    );
  }

  /** A value of the rule in canonical text; null when it is none of the field's type. */
  private value(member: keyof FieldRule, given: RuleValue): string | null {
    const read = readRuleValue(this.field, given);
    if (read.ok) return read.value;
    this.fault(member, 'invalid_value', `${this.field.name} is of type ${this.field.type}: ${read.detail}`);
    return null;
  }

  private fault(member: keyof FieldRule, code: string, detail: string): void {
    this.faults.push({ member, code, detail });
  }
}

function readRuleValue(field: Field, given: RuleValue): ParsedValue {
  if (typeof given === 'number' && !Number.isSafeInteger(given) && Number.isInteger(given))
    return { ok: false, detail: 'write a number of so many digits as a text' };
  const kind: SentValue['kind'] = typeof given === 'string' ? 'text' : (typeof given as 'number' | 'boolean');
  return readSentValue(field, { kind, text: String(given) });
}

/** Two canonical values in their order; exact for every number of digits. */
function compareValues(type: FieldType, a: string, b: string): number {
  if (type === 'integer') return compare(BigInt(a), BigInt(b));
  if (type === 'number') return compare(Number(a), Number(b));
  if (type === 'decimal') return compare(scaled(a), scaled(b));
  // Canonical dates and times without idle zeros: a fraction sorts behind its whole second.
  return compare(a.replace('Z', ''), b.replace('Z', ''));
}

const DECIMAL_DIGITS = 38;

function scaled(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(DECIMAL_DIGITS, '0'));
}

function compare<Value extends bigint | number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
