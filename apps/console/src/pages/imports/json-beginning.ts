const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** The beginning of a JSON text, made whole. */
export interface JsonBeginning {
  text: string;
  /** Something follows the first value: it is one of several, one after the other. */
  isFollowed: boolean;
}

/** Ends a text that was cut anywhere behind the last value in it that is whole, and closes what is open there. */
export function closeBeginning(text: string): JsonBeginning {
  const open: string[] = [];
  /** Behind it nothing is opened or closed. */
  let end = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (isInText) {
      if (sign === '\\') at++;
      else if (sign === '"') isInText = false;
      continue;
    }
    if (sign === '"') isInText = true;
    else if (sign === ',') end = at;
    else if (sign in closing) {
      open.push(sign);
      end = at + 1;
    } else if (sign === '}' || sign === ']') {
      open.pop();
      end = at + 1;
      if (open.length === 0) return { text: text.slice(0, end), isFollowed: text.slice(end).trim() !== '' };
    }
  }
  const closers = open.reverse().map((sign) => closing[sign]);
  return { text: text.slice(0, end) + closers.join(''), isFollowed: false };
}
