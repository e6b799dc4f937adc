import type { LiteralType } from './expression-tokens';
import { notOffered } from './odata-fault';
import { TokenReader } from './token-reader';

const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisons)[number];

export interface Literal {
  kind: 'literal';
  type: LiteralType;
  text: string;
}

/** What stands on one side of a comparison. */
export type Operand = Literal | { kind: 'property'; name: string } | { kind: 'call'; name: string; args: Operand[] };

/** A condition as `$filter` writes it (OData 4.0 part 2, section 5.1.1). */
export type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'not'; inner: Expression }
  | { kind: 'comparison'; op: ComparisonOperator; left: Operand; right: Operand }
  | { kind: 'in'; left: Operand; values: Literal[] }
  | Operand;

/** Deeper ones are no work of hands, and a reader that calls itself must end. */
const MAX_DEPTH = 50;
const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'divby', 'mod', 'has'];
const LAMBDAS = 'a field has no parts and no collections to look into';

/** Reads the text of a `$filter` whole. Throws `invalid_query` with the place where it cannot be read. */
export function readFilterExpression(text: string, option = '$filter'): Expression {
  const tokens = new TokenReader(text, option);
  const expression = readExpression(tokens);
  tokens.end();
  return expression;
}

/** Reads a condition that other words may follow. */
export function readExpression(tokens: TokenReader, depth = 0): Expression {
  return joined(tokens, 'or', depth, () => joined(tokens, 'and', depth, () => readUnit(tokens, depth)));
}

function joined(tokens: TokenReader, kind: 'and' | 'or', depth: number, read: () => Expression): Expression {
  if (depth > MAX_DEPTH) throw tokens.fault(`parentheses stand in each other at most ${MAX_DEPTH} deep`);
  const parts = [read()];
  while (tokens.takes(kind)) parts.push(read());
  const flat = parts.flatMap((part) => (part.kind === kind && 'parts' in part ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only ? only : { kind, parts: flat };
}

function readUnit(tokens: TokenReader, depth: number): Expression {
  if (tokens.takes('not')) {
    if (depth > MAX_DEPTH) throw tokens.fault(`not stands before not at most ${MAX_DEPTH} times`);
    const inner = tokens.next.text === 'not' ? readUnit(tokens, depth + 1) : readOperandOrGroup(tokens, depth);
    if (comparisonAt(tokens)) throw tokens.fault('not binds more tightly than a comparison', 'write not (a eq b)');
    return { kind: 'not', inner };
  }
  const left = readOperandOrGroup(tokens, depth);
  const op = comparisonAt(tokens);
  if (op) {
    const side = asOperand(left, tokens);
    tokens.take();
    return { kind: 'comparison', op, left: side, right: asOperand(readOperandOrGroup(tokens, depth), tokens) };
  }
  if (tokens.next.kind === 'name' && tokens.next.text === 'in') {
    const side = asOperand(left, tokens);
    tokens.take();
    return { kind: 'in', left: side, values: readList(tokens) };
  }
  const { next } = tokens;
  if (next.kind === 'name' && ARITHMETIC.includes(next.text))
    throw notOffered(tokens.option, `${next.text} is not offered`, 'compare a field with a value');
  return left;
}

function comparisonAt({ next }: TokenReader): ComparisonOperator | undefined {
  return next.kind === 'name' ? comparisons.find((op) => op === next.text) : undefined;
}

function asOperand(expression: Expression, tokens: TokenReader): Operand {
  const { kind } = expression;
  if (kind === 'literal' || kind === 'property' || kind === 'call') return expression;
  throw tokens.fault('a condition is compared with nothing', 'join conditions by and, or, not');
}

function readOperandOrGroup(tokens: TokenReader, depth: number): Expression {
  if (tokens.takes('(')) {
    const inner = readExpression(tokens, depth + 1);
    tokens.expect(')');
    return inner;
  }
  return readOperand(tokens, depth);
}

function readOperand(tokens: TokenReader, depth: number): Operand {
  const { next, option } = tokens;
  if (next.kind === 'literal') return readLiteral(tokens);
  if (next.kind === 'sign' && next.text === '@')
    throw notOffered(option, 'aliases of parameters are not offered', 'write the value itself');
  const name = tokens.name('a field, a value or a function');
  if (tokens.next.kind === 'literal' && tokens.next.type === 'text' && tokens.next.at === next.at + name.length)
    throw notOffered(option, `values of the form ${name}'…' are not offered`);
  if (tokens.next.text === '/' && tokens.next.kind === 'sign') throw notOffered(option, LAMBDAS);
  if (!tokens.takes('(')) return { kind: 'property', name };
  if (depth > MAX_DEPTH) throw tokens.fault(`functions stand in each other at most ${MAX_DEPTH} deep`);
  const args: Operand[] = [];
  if (!tokens.takes(')')) {
    do args.push(readOperand(tokens, depth + 1));
    while (tokens.takes(','));
    tokens.expect(')');
  }
  return { kind: 'call', name, args };
}

function readLiteral(tokens: TokenReader): Literal {
  const token = tokens.take();
  if (token.kind !== 'literal') throw tokens.fault('expected a value');
  return { kind: 'literal', type: token.type, text: token.text };
}

function readList(tokens: TokenReader): Literal[] {
  tokens.expect('(');
  const values: Literal[] = [];
  do {
    if (tokens.next.kind !== 'literal') throw tokens.fault('expected a value');
    values.push(readLiteral(tokens));
  } while (tokens.takes(','));
  tokens.expect(')');
  return values;
}
