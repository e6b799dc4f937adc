import type { FieldType } from '@sluice/contracts/fields';
import type { View } from '@sluice/query/views/view';
import { edmType, nameOfIdentifier, ROW_KEY } from './edm';
import type { LiteralType } from './expression-tokens';
import type { ComparisonOperator, Expression, Literal, Operand } from './filter-expression';
import { readMatch } from './filter-match';
import { readPeriod } from './filter-period';
import { notOffered, unreadable } from './odata-fault';

/** A condition as the bodies of our queries have it. */
export type Tree = Record<string, unknown>;

const ourOperators: Readonly<Record<ComparisonOperator, string>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'gt',
  ge: 'gte',
  lt: 'lt',
  le: 'lte',
};
const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};
/** The values that each type is compared with. */
const literalsOf: Readonly<Record<FieldType, readonly LiteralType[]>> = {
  text: ['text', 'guid'],
  integer: ['number'],
  number: ['number'],
  decimal: ['number'],
  boolean: ['boolean'],
  date: ['date'],
  datetime: ['datetime', 'date'],
  time: ['time'],
  json: ['text'],
};

/**
 * Writes a condition of OData as one of ours, where it means the same for each row; throws `not_implemented` where there is
 * none. A comparison with null is false for both; a function of null is unknown, and so is its opposite: it finds no row.
 */
export class FilterTreeWriter {
  constructor(
    private readonly view: View,
    private readonly option = '$filter',
  ) {}

  write(expression: Expression, isNegated = false): Tree {
    switch (expression.kind) {
      case 'and':
      case 'or': {
        const parts = expression.parts.map((part) => this.write(part, isNegated));
        return (expression.kind === 'and') === isNegated ? { _or: parts } : { _and: parts };
      }
      case 'not':
        return this.write(expression.inner, !isNegated);
      case 'comparison':
        return this.comparison(expression, isNegated);
      case 'in': {
        const field = this.field(expression.left);
        const values = expression.values.map((value) => this.valueOf(value, field));
        return { [field]: { [isNegated ? 'nin' : 'in']: values } };
      }
      default:
        return this.operand(expression, isNegated);
    }
  }

  /** Writes a comparison of a key of an address: `orders(id=5)`. */
  equals(name: string, value: Literal): Tree {
    return this.compare(nameOfIdentifier(name), 'eq', value);
  }

  private operand(operand: Operand, isNegated: boolean): Tree {
    if (operand.kind === 'property') return this.isTrue(this.field(operand), isNegated);
    if (operand.kind === 'literal') throw notOffered(this.option, 'a value alone is no condition');
    const { field, op, text } = readMatch(operand, this.option);
    const target = nameOfIdentifier(field);
    if (text === null) return { [target]: { in: [] } };
    const matches: Tree = { [target]: { [op]: text } };
    // Of null no function says whether it is so.
    return isNegated ? { _and: [{ _not: matches }, { [target]: { null: 'false' } }] } : matches;
  }

  private isTrue(name: string, isNegated: boolean): Tree {
    const field = this.view.fields.find((each) => each.name === name);
    if (field && field.type !== 'boolean')
      throw unreadable(
        this.option,
        `${name} alone is no condition: it is of type ${edmType(field).name}`,
        `write ${name} eq …`,
      );
    return { [name]: { eq: isNegated ? 'false' : 'true' } };
  }

  private comparison({ op, left, right }: Extract<Expression, { kind: 'comparison' }>, isNegated: boolean): Tree {
    if (left.kind === 'literal' && right.kind !== 'literal')
      return this.comparison({ kind: 'comparison', op: mirrored[op], left: right, right: left }, isNegated);
    if (right.kind !== 'literal')
      throw notOffered(this.option, 'a field is compared with a value, not with another field');
    if (left.kind === 'literal')
      throw notOffered(this.option, 'two values are not compared', 'compare a field with a value');
    if (left.kind === 'property') {
      const tree = this.compare(this.field(left), op, right);
      return isNegated ? { _not: tree } : tree;
    }
    // Older clients ask whether a function is true.
    if (right.type === 'boolean' && (op === 'eq' || op === 'ne'))
      return this.operand(left, isNegated !== ((op === 'eq') !== (right.text === 'true')));
    const { field, tree } = readPeriod(left, op, right, this.option);
    const isDay = this.view.fields.some(({ name, type }) => name === field && (type === 'date' || type === 'datetime'));
    if (!isDay) throw unreadable(this.option, `${left.name} takes a field that is a date or a time with one`);
    return isNegated ? { _not: tree } : tree;
  }

  private compare(field: string, op: ComparisonOperator, value: Literal): Tree {
    if (value.type !== 'null') return { [field]: { [ourOperators[op]]: this.valueOf(value, field) } };
    if (op === 'eq' || op === 'ne') return { [field]: { null: op === 'eq' ? 'true' : 'false' } };
    return { [field]: { in: [] } };
  }

  private field(operand: Operand): string {
    if (operand.kind === 'property' && operand.name === ROW_KEY)
      throw notOffered(this.option, `${ROW_KEY} cannot be filtered by`, 'name it in the address, as in orders(…)');
    if (operand.kind === 'property') return nameOfIdentifier(operand.name);
    const what = operand.kind === 'call' ? `${operand.name}()` : 'a value';
    throw notOffered(this.option, `${what} cannot be compared so`, 'write a field on its left side');
  }

  /** Gives the text of a value, if it is one of the field's type; what there is no field of, our own reader refuses. */
  private valueOf({ type, text }: Literal, name: string): string | null {
    if (type === 'null') return null;
    const field = this.view.fields.find((each) => each.name === name);
    if (!field || literalsOf[field.type].includes(type)) return text;
    const hint = field.type === 'text' ? "write the text in quotes: 'Oslo'" : undefined;
    throw unreadable(
      this.option,
      `${name} is of type ${edmType(field).name}, and ${text.slice(0, 100)} is no value of it`,
      hint,
    );
  }
}
