import type { Operand } from './filter-expression';
import { notOffered, unreadable } from './odata-fault';

type Call = Extract<Operand, { kind: 'call' }>;

/** Whether a text is in a field: which field, by which of our operators, and the text; null for one that is in none. */
export interface Match {
  field: string;
  op: string;
  text: string | null;
}

const matches: Readonly<Record<string, string>> = { contains: 'contains', startswith: 'starts', endswith: 'ends' };
/** Functions of OData 4.0 part 2, section 5.1.1.4 that we have nothing for. */
const known = [
  'length indexof substring tolower toupper trim concat year month day hour minute second fractionalseconds date time',
  'totaloffsetminutes now mindatetime maxdatetime totalseconds round floor ceiling cast isof substringof matchesPattern',
  'hassubset hassubsequence geo.distance geo.length geo.intersects case',
]
  .join(' ')
  .split(' ');

/** Reads `contains(city,'x')`, also with `tolower(city)`, which compares without case. */
export function readMatch(call: Call, option: string): Match {
  const op = Object.hasOwn(matches, call.name) ? matches[call.name] : undefined;
  if (op === undefined) throw unknownFunction(call, option);
  const [subject, text, ...more] = call.args;
  if (!subject || !text || more.length > 0) throw unreadable(option, `${call.name} takes a field and a text`);
  const plain = lowered(subject, option);
  const wanted = lowered(text, option);
  const isCaseless = plain !== subject;
  if (plain.kind !== 'property' || wanted.kind !== 'literal')
    throw notOffered(option, `${call.name} looks for a text in a field`, `write ${call.name}(field,'text')`);
  if (wanted.type !== 'text')
    throw unreadable(option, `${call.name} looks for a text`, "write the text in quotes: 'x'");
  const wantedText = wanted === text ? wanted.text : wanted.text.toLowerCase();
  if (!isCaseless) return { field: plain.name, op, text: wantedText };
  // What has a capital letter in it is in no text in lower case.
  return { field: plain.name, op: `i${op}`, text: wantedText === wantedText.toLowerCase() ? wantedText : null };
}

/** Refuses a function, as one that is not offered or that there is not. */
export function unknownFunction({ name }: Call, option: string) {
  const offered = 'contains, startswith, endswith, also of tolower(field); year and date compared with a value';
  if (known.includes(name)) return notOffered(option, `${name}() is not offered here`, offered);
  return unreadable(option, `there is no function ${name.slice(0, 100)}`, offered);
}

function lowered(operand: Operand, option: string): Operand {
  if (operand.kind !== 'call') return operand;
  const [inner, ...more] = operand.args;
  if (operand.name !== 'tolower') throw unknownFunction(operand, option);
  if (!inner || more.length > 0) throw unreadable(option, 'tolower takes one text');
  return inner;
}
