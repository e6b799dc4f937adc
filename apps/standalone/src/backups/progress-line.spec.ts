import { ProgressLine } from './progress-line';

const MIB = 1024 ** 2;

function outputOf(isTTY: boolean) {
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => written.push(text) };
  return { written, line: new ProgressLine(output) };
}

test('a terminal shows bytes, how many there are, the rate and the time left, on one line that is gone at the end', () => {
  const { written, line } = outputOf(true);
  line.expect(100 * MIB);
  line.move(25 * MIB);
  line.say('copying');
  expect(written.at(-1)).toMatch(/ {2}copying: 25 MiB of 100 MiB, [\d,.]+ MiB\/s, \d+ s left$/);
  line.end();
  expect(written.at(-1)).toBe('\r\x1b[K');
});

test('elsewhere each step is a line, and nothing is ever taken back', () => {
  const { written, line } = outputOf(false);
  line.say('copying');
  line.expect(10);
  line.move(10);
  line.end();
  expect(written).toEqual(['  copying …\n']);
});
