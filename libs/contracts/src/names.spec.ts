import { DisplayName } from './names';

describe('a name that people give', () => {
  it.each([
    ['an emoji of several', '👩\u200D👩\u200D👧'],
    ['Persian with a half-space', 'می\u200Cخواهم'],
    ['Hebrew', 'מכירות'],
    ['a joiner at its end', 'क्\u200D'],
  ])('may be %s', (_, name) => {
    expect(DisplayName.parse(name)).toBe(name);
  });

  it.each([
    ['a tab', 'tab\there'],
    ['an override of the direction', 'invoice\u202Etxt.exe'],
    ['an isolate of a direction', 'a\u2066b\u2069'],
    ['a soft hyphen', 'Sa\u00ADles'],
    ['letters of tags, which nobody sees', 'Sales\u{E0061}'],
    ['joiners alone', '\u200D\u200C'],
  ])('does not have %s', (_, name) => {
    expect(DisplayName.safeParse(name).success).toBe(false);
  });
});
