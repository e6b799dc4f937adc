import * as fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import {
  bashRunner,
  csharpRunner,
  duckdbRunner,
  goRunner,
  javaRunner,
  kotlinRunner,
  nodeRunner,
  phpRunner,
  powershellRunner,
  pythonRunner,
  type Runner,
  rRunner,
  runProgram,
  skippedBecause,
  swiftRunner,
} from '../../../../test/support/programs';
import {
  inCsharp,
  inGo,
  inJava,
  inKotlin,
  inPhp,
  inPowerQuery,
  inPowershell,
  inPython,
  inR,
  inScript,
  inShell,
  inSql,
  inSwift,
  type Literal,
} from './literals';

const RUN_MS = 180_000;
const special = fc.constantFrom(...'\\"\'`$#(){}u0\n\r\t;%\u0001\u007f\u0085\u2028\ufeff’“😀');
// No shell and no SQL holds a NUL.
const texts = fc.string({ unit: fc.oneof(special, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) });
const samples = [
  '\\"\u2028😀'.repeat(2_000),
  ...fc.sample(
    texts.map((text) => text.replaceAll('\0', '')),
    seeds(800),
  ),
];

/** A language that is at hand: a program that writes each of the literals in hexadecimal digits, a line each. */
const programs: Readonly<Record<string, { literal: Literal; runner: Runner; write: (all: string[]) => string }>> = {
  JavaScript: {
    literal: inScript,
    runner: nodeRunner,
    write: (all) => `for (const t of [${all}]) console.log(Buffer.from(t).toString("hex"));`,
  },
  Python: {
    literal: inPython,
    runner: pythonRunner,
    write: (all) => `for t in [${all}]:\n    print(t.encode().hex())`,
  },
  Go: {
    literal: inGo,
    runner: goRunner,
    write: (all) =>
      `package main\nimport "fmt"\nfunc main() {\n\tfor _, t := range []string{${all}} {\n\t\tfmt.Printf("%x\\n", t)\n\t}\n}`,
  },
  Java: {
    literal: inJava,
    runner: javaRunner,
    write: (all) => `public class Main {
  public static void main(String[] arguments) throws Exception {
    for (String t : new String[] {${all}})
      System.out.println(java.util.HexFormat.of().formatHex(t.getBytes("UTF-8")));
  }
}`,
  },
  Kotlin: {
    literal: inKotlin,
    runner: kotlinRunner,
    write: (all) =>
      `fun main() {\n    for (t in listOf(${all})) println(t.toByteArray().joinToString("") { "%02x".format(it) })\n}`,
  },
  'C#': {
    literal: inCsharp,
    runner: csharpRunner,
    write: (all) => `foreach (var t in new[] {${all}})
    Console.WriteLine(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(t)));`,
  },
  Swift: {
    literal: inSwift,
    runner: swiftRunner,
    write: (all) =>
      `import Foundation\nfor t in [${all}] { print(t.utf8.map { String(format: "%02x", $0) }.joined()) }`,
  },
  PHP: {
    literal: inPhp,
    runner: phpRunner,
    write: (all) => `<?php foreach ([${all}] as $t) echo bin2hex($t), "\n";`,
  },
  R: {
    literal: inR,
    runner: rRunner,
    // R reads no lines of any length.
    write: (all) =>
      `for (t in c(${all.join(',\n')})) cat(paste(charToRaw(enc2utf8(t)), collapse = ""), "\\n", sep = "")`,
  },
  PowerShell: {
    literal: inPowershell,
    runner: powershellRunner,
    write: (all) => `foreach ($t in @(${all})) {
  [BitConverter]::ToString([Text.Encoding]::UTF8.GetBytes($t)).Replace('-', '')
}`,
  },
  'a shell': {
    literal: inShell,
    runner: bashRunner,
    write: (all) => `for t in ${all.join(' ')}; do printf %s "$t" | od -An -v -tx1 | tr -d ' \\n'; echo; done`,
  },
  SQL: {
    literal: inSql,
    runner: duckdbRunner,
    write: (all) => `.mode list\n.headers off\n${all.map((each) => `SELECT lower(hex(encode(${each})));`).join('\n')}`,
  },
};

describe.each(Object.entries(programs))('a literal of %s', (_name, { literal, runner, write }) => {
  const title = `is read as the text that it was made of, whatever that is${skippedBecause(runner)}`;
  (runner.missing === undefined ? it : it.skip)(
    title,
    async () => {
      const { stdout, stderr } = await runProgram(runner, write(samples.map(literal)), {});
      const read = stdout.split(/\r?\n/).slice(-samples.length - 1, -1);
      if (read.length < samples.length) throw new Error(stderr);
      expect(read.map((hex) => Buffer.from(hex, 'hex').toString())).toEqual(samples);
    },
    RUN_MS,
  );
});

/** Languages that are seldom at hand: what leaves a literal there is escaped as their own documents say. */
describe('a literal', () => {
  const text = 'a\\b"\'`$x\n\u0001é😀#(lf)';
  it.each([
    ['C#', inCsharp, '"a\\\\b\\"\'`$x\\n\\u0001\\u00e9\\ud83d\\ude00#(lf)"'],
    ['Kotlin', inKotlin, '"a\\\\b\\"\'`\\$x\\n\\u0001\\u00e9\\ud83d\\ude00#(lf)"'],
    ['Swift', inSwift, '"a\\\\b\\"\'`$x\\n\\u{1}\\u{e9}\\u{1f600}#(lf)"'],
    ['PHP', inPhp, '"a\\\\b\\"\'`\\$x\\n\\u{1}\\u{e9}\\u{1f600}#(lf)"'],
    ['R', inR, '"a\\\\b\\"\'`$x\\n\\u0001\\u00e9\\U0001f600#(lf)"'],
    [
      'PowerShell',
      inPowershell,
      '"a\\b`"\'```$x$([char]0x000a)$([char]0x0001)$([char]0x00e9)$([char]0xd83d)$([char]0xde00)#(lf)"',
    ],
    ['Power Query', inPowerQuery, '"a\\b""\'`$x#(000a)#(0001)#(00e9)#(0001f600)#(#)(lf)"'],
  ])('of %s escapes what ends it or computes in it', (_name, literal, expected) => {
    expect(literal(text)).toBe(expected);
  });

  it('has a replacement character for half of a pair', () => {
    expect(inGo('a\ud83d')).toBe('"a\\ufffd"');
  });
});
