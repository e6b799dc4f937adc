import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '@sluice/contracts/registry/usage';
import type { BrowserContext, Page } from 'playwright-core';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { launchChromium } from './chromium';
import { Publisher } from './publisher';
import type { RunningStack } from './running-stack';
import { waitFor } from './wait-for';

const artefacts = join(projectRoot, 'test-artifacts', 'console');
const axeScript = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 20_000;
const WIDTHS = [360, 2560];
/** A phone, a tablet, a small and a usual window. */
const NAME_WIDTHS = [360, 768, 1024, 1440];
const USUAL = { width: 1360, height: 860 };

/** All rules see the light page. Of a scheme of colours nothing but contrast depends. */
const rulesOf = {
  light: `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`,
  dark: `['color-contrast']`,
};
/** What runs in the browser is text: the types of its world are not those of this one. */
const inspect = (rules: string) => `axe.run({ runOnly: ${rules}, preload: false, resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html + ' ' + (any[0]?.message ?? '')).join(' ')))`;
/** Tables of which a row has other cells than the head has names, and words that were to be filled in. */
const unfinished = `[
  ...[...document.querySelectorAll('table')].flatMap((table) => {
    const heads = table.tHead?.rows[0]?.cells.length ?? 0;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const wide = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    return rows.filter((row) => row.cells.length > 1 && wide(row) !== heads).map((row) => 'a row has ' + wide(row) + ' cells under ' + heads + ' heads: ' + row.textContent);
  }),
  ...[...document.querySelectorAll('main :not(pre, code, textarea, script, style)')]
    .flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
    .filter(({ data }) => /(?<!\\/)\\{\\w+\\}/.test(data))
    .map(({ data }) => 'not filled in: ' + data),
]`;
const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/**
 * Elements whose content is wider than they are: it is drawn over a neighbour, or has to be scrolled to. Grids of rows, code and files as
 * they stand are scrolled on purpose, and what is cut short has its whole text in a title.
 */
const poking = `[...document.querySelectorAll('main, main *')]
  .filter((element) => element instanceof HTMLElement && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
  .filter((element) => !element.matches('pre *, pre, textarea, input, [title], section[tabindex="0"]:not(:has(table:not([aria-rowcount])))'))
  .map((element) => element.tagName.toLowerCase() + '.' + element.className + ' by ' + (element.scrollWidth - element.clientWidth) + ' px: ' + element.textContent.slice(0, 40))`;
/** Tells whether nothing moves any more: a colour scheme that was just switched is drawn two frames later. */
const isAtRest = `Promise.race([
  new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    .then(() => document.fonts.ready)
    .then(() => Promise.allSettled(
      document.getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    )).then(() => true),
  new Promise((resolve) => setTimeout(() => resolve(false), 2_000)),
])`;

/** Gives the tests of this block a browser in front of the console of a stack, which `useStack` started before. */
export function useConsole(stack: RunningStack): Console {
  const console = new Console(stack);
  beforeAll(() => console.open());
  afterAll(() => console.close());
  return console;
}

/** Somebody in front of the console, in a real browser. */
export class Console {
  /** What the browser complained about: broken policies, failed scripts, errors that nobody caught. */
  readonly complaints: string[] = [];
  /** Requests to anywhere but the gateway. */
  readonly foreign: string[] = [];
  readonly publisher: Publisher;
  private browser?: { context: BrowserContext; page: Page; close: () => Promise<void> };

  constructor(readonly stack: RunningStack) {
    this.publisher = new Publisher(stack);
  }

  get context(): BrowserContext {
    return this.opened.context;
  }

  get page(): Page {
    return this.opened.page;
  }

  async open(): Promise<void> {
    mkdirSync(artefacts, { recursive: true });
    const { context, close } = await launchChromium();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.stack.url });
    const page = await context.newPage();
    await page.setViewportSize(USUAL);
    page.setDefaultTimeout(PATIENCE_MS);
    this.browser = { context, page, close };
    this.listen();
  }

  /** Signs in with the installation's key and lands on the page. */
  async signIn(path = '/console/'): Promise<void> {
    await this.page.goto(this.stack.url + path);
    await this.page.getByRole('tab', { name: 'Admin key' }).click();
    await this.page.getByLabel('Admin key').last().fill(this.stack.adminKey);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.stack.url}/console${path}`);
  }

  /** Waits until requests of the last hour are counted for an API or a token: gateways tell of them every few seconds. */
  async untilCounted(of: Record<string, string>): Promise<void> {
    const asked = `/usage?${new URLSearchParams({ range: '1h', ...of })}`;
    await waitFor(
      'usage to be counted',
      async () => ((await this.publisher.call('GET', asked)).json as Usage).totals.requests > 0,
      30_000,
    );
  }

  async shot(name: string): Promise<void> {
    await this.settled();
    await this.page.screenshot({ path: join(artefacts, `${name}.png`) });
  }

  /** What axe finds wrong with the page as it stands, light and dark, and at which widths it scrolls sideways. */
  async flaws(): Promise<string[]> {
    const flaws: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await this.settled();
      if (!(await this.page.evaluate<boolean>('"axe" in window'))) await this.page.evaluate(axeScript);
      let violations = await this.page.evaluate<string[]>(inspect(rulesOf[theme]));
      if (violations.length > 0) {
        // On a busy machine a colour may still be that of the scheme before: what is wrong stays wrong.
        await this.settled();
        violations = await this.page.evaluate<string[]>(inspect(rulesOf[theme]));
      }
      flaws.push(...violations.map((violation) => `${theme} ${violation}`));
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    flaws.push(...(await this.page.evaluate<string[]>(unfinished)));
    for (const width of WIDTHS) {
      await this.page.setViewportSize({ width, height: USUAL.height });
      await this.settled();
      const overflow = await this.page.evaluate<number>(tooWide);
      if (overflow > 0) flaws.push(`at ${width} px it is ${overflow} px too wide`);
    }
    await this.page.setViewportSize(USUAL);
    return flaws;
  }

  /** Where names and values are wider than their place on the page as it stands, at every width at which it is laid out otherwise. */
  async overflows(): Promise<string[]> {
    const overflows: string[] = [];
    for (const width of NAME_WIDTHS) {
      await this.page.setViewportSize({ width, height: USUAL.height });
      await this.settled();
      const found = await this.page.evaluate<string[]>(poking);
      const overflow = await this.page.evaluate<number>(tooWide);
      if (overflow > 0) found.push(`the page by ${overflow} px`);
      overflows.push(...found.map((each) => `at ${width} px ${each}`));
    }
    await this.page.setViewportSize(USUAL);
    return overflows;
  }

  /** The page as it stands at another width, for people to look at. */
  async shotAt(width: number, name: string): Promise<void> {
    await this.page.setViewportSize({ width, height: USUAL.height });
    await this.shot(name);
    await this.page.setViewportSize(USUAL);
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }

  private get opened() {
    if (!this.browser) throw new Error('the browser is not open yet');
    return this.browser;
  }

  /** Fonts are there, nothing moves and nothing is on its way. */
  private async settled(): Promise<void> {
    await waitFor('the page to be at rest', () => this.page.evaluate<boolean>(isAtRest));
  }

  private listen(): void {
    this.page.on('console', (message) => {
      // The browser logs every answer of 400 and more as an error, also those that a page asks for on purpose.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(message.text());
      }
    });
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.stack.url) && !/^(data|blob):/.test(url)) this.foreign.push(url);
    });
  }
}
