// Preloaded into a process whose wall clock a test steps: `Date` is off by what the file says. Nothing of this is shipped.
const { readFileSync, renameSync } = require('node:fs');

const RealDate = Date;
const file = process.env.SLUICE_TEST_CLOCK;
let offsetMs = 0;
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
});

setInterval(() => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8'));
    renameSync(file, `${file}.applied`);
  } catch {
    // No step was asked for.
  }
}, 10).unref();
