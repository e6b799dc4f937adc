import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg, networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Admin, AdminKey } from '@sluice/contracts/tokens/admins';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { ConsoleSession, completeSetup, resetPassword } from '../support/console-session';
import { allGone, type NpmStart } from '../support/npm-start';
import { Publisher } from '../support/publisher';
import { paste, useNpmStart } from '../support/use-npm-start';
import { waitFor } from '../support/wait-for';

const run = promisify(execFile);
/** On an idle machine; when others use its processors too, as much longer as they make everything. */
const SECOND_START_MS = 6_000;
const crowding = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
const START_MS = 60_000;
const SHELL_SECRET = 'CLOUD_ACCESS_KEY';
const OWNER = { name: 'Olga', email: 'olga@example.com', password: 'correct horse battery staple' };

describe('npm start', () => {
  const starts = useNpmStart();
  const start = starts.start.bind(starts);
  const stop = starts.stop.bind(starts);

  test(
    'says that it is ready once it is, and its secrets before; the pasted curl line answers rows, the second start is ready within 6 seconds with the same data, and the owner is set up once',
    async () => {
      const first = await start('data');
      await first.said('Sluice is ready');
      expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
      expect(first.output).toMatch(
        /^admin key: sla_[0-9A-Za-z]{49}$[\s\S]+^owner set-up: [\s\S]+^ {2}curl [\s\S]+^Sluice is ready \(/m,
      );
      const setup = await first.said('owner set-up: ');
      expect(setup).toMatch(/^http:\/\/localhost:\d+\/console\/setup#sli_[0-9A-Za-z]{49}$/);
      const curl = await first.said(' {2}curl ');
      const { data, meta } = await paste(curl, first);
      expect(data).toMatchObject([{ date: '2012-01-01', weather: 'drizzle' }, {}, {}]);
      await stop(first);

      const second = await start('data');
      expect(await second.ready()).toBeLessThan(SECOND_START_MS * crowding());
      expect(await paste(curl, second)).toMatchObject({ data, meta });
      expect(await second.said('admin key {2}')).toMatch(/printed at the first start/);
      expect(second.output).not.toMatch(/sl[ac]_\w{20}/);
      const setupAgain = await second.said('owner set-up: ');
      const spend = (link: string) => completeSetup(second.url, { ...OWNER, secret: link.split('#')[1] });
      expect((await spend(setup)).status).toBe(410);
      expect((await spend(setupAgain)).status).toBe(201);
      await stop(second);

      const third = await start('data');
      await third.ready();
      expect(third.output).not.toMatch(/owner set-up|sl[aci]_\w{20}/);
      await stop(third);
    },
    3 * START_MS,
  );

  test(
    'the only owner who forgot the password, where no key is at hand either, gets in again by a fresh key for the next start',
    async () => {
      const fresh = await run(process.execPath, [join(projectRoot, 'apps/standalone/admin-key.mjs')]);
      const adminKey = fresh.stdout.trim();
      const program = await start('data', { SLUICE_ADMIN_KEY: adminKey });
      await program.ready();
      const publisher = new Publisher({ url: program.url, adminKey });
      const { data } = (await publisher.call('GET', '/admins')).json as { data: Admin[] };
      expect(data).toMatchObject([{ email: OWNER.email, role: 'owner' }]);
      const made = await publisher.call('POST', `/admins/${data[0]?.id}/reset`);
      const { secret } = made.json as { secret: string };
      const next = { email: OWNER.email, password: 'one that will be remembered' };
      expect((await resetPassword(program.url, { ...next, secret })).status).toBe(201);
      const owner = await ConsoleSession.signIn(program.url, next);
      const keys = (await owner.call('GET', '/admin-keys')).json as { data: AdminKey[] };
      const added = keys.data.find(({ hint }) => adminKey.startsWith(hint));
      expect((await owner.call('DELETE', `/admin-keys/${added?.id}`)).status).toBe(204);
      await waitFor('its end', async () => (await publisher.call('GET', '/admins')).status === 401);
      await stop(program);
      // The variable was left where it is: a key that is revoked does not come back by it.
      const later = await start('data', { SLUICE_ADMIN_KEY: adminKey });
      await later.ready();
      expect((await new Publisher({ url: later.url, adminKey }).call('GET', '/admins')).status).toBe(401);
      await stop(later);
    },
    2 * START_MS,
  );

  test(
    'a first start that was killed half-way leaves no process behind and is finished by the next one, at once',
    async () => {
      const first = await start('half');
      await waitFor('the sample to begin', () => first.output.includes('importing the sample'), START_MS);
      const processes = await first.descendants();
      expect(processes.length).toBeGreaterThanOrEqual(6);
      first.signal('SIGKILL');
      await first.exit();
      const second = await start('half');
      await allGone(processes);
      await second.ready();
      expect(second.output).toMatch(/^admin key: sla_[0-9A-Za-z]{49}$/m);
      expect((await paste(await second.said(' {2}curl '), second)).data).toHaveLength(3);
      await stop(second);
    },
    2 * START_MS,
  );

  describe('while it runs', () => {
    let program: NpmStart;

    const services = async () =>
      (await program.descendants()).filter(({ command }) => command.includes('/dist/services/')).map(({ pid }) => pid);

    beforeAll(async () => {
      program = await start('shared', { SLUICE_SAMPLE: 'false', [SHELL_SECRET]: 'not for us' });
      await program.ready();
    }, START_MS);

    test('killed services come back by themselves', async () => {
      const killed = await services();
      expect(killed).toHaveLength(4);
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      await waitFor('four new processes', async () => {
        const now = await services();
        return now.length === 4 && now.every((pid) => !killed.includes(pid));
      });
      await program.ready();
    });

    test('a killed guard takes its engine with it, and both come back', async () => {
      const engine = async () => (await program.descendants()).filter(({ command }) => command.includes('nats-server'));
      const killed = await engine();
      expect(killed).toHaveLength(2);
      const guard = killed.find(({ command }) => command.includes('guard.cjs'));
      process.kill(guard?.pid ?? 0, 'SIGKILL');
      await allGone(killed);
      await waitFor('both', async () => (await engine()).length === 2);
      await program.ready();
    });

    test('it listens on the loopback address alone, and says so', async () => {
      expect(program.output).toMatch(
        /listens on 127\.0\.0\.1:\d+ \(this machine only; HOST=0\.0\.0\.0 lets others in\)/,
      );
      const elsewhere = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ internal, family }) => !internal && family === 'IPv4');
      if (!elsewhere) return console.warn('skipped, this machine has no other address');
      const { port } = new URL(program.url);
      await expect(fetch(`http://${elsewhere.address}:${port}/health/live`)).rejects.toThrow('fetch failed');
    });

    test('nothing that it writes is open to other users', async () => {
      const data = join(starts.parent, 'shared');
      const open = (await run('find', [data, '-perm', '/077', '!', '-type', 'l'])).stdout;
      expect(open).toBe('');
    });

    test('each process has only the variables that it needs: the gateway none of MongoDB, nobody the secrets of the shell', async () => {
      if (process.platform !== 'linux') return console.warn('skipped, environments can be looked at on Linux only');
      const names = async (pid: number) =>
        (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((line) => line.split('=')[0]);
      const processes = await program.descendants();
      const variables = new Map(
        await Promise.all(processes.map(async (each) => [each.command, await names(each.pid)] as const)),
      );
      const holders = (name: string) =>
        [...variables].filter(([, has]) => has.includes(name)).map(([command]) => command);
      expect(holders('PATH')).toHaveLength(processes.length);
      expect(holders(SHELL_SECRET)).toEqual([]);
      expect(holders('MONGO_URL').map((command) => basename(command))).toEqual(
        expect.arrayContaining(['catalogue.js', 'registry.js', 'tokens.js']),
      );
      expect(holders('MONGO_URL')).toHaveLength(3);
    });

    test('its data directory is refused to a second one in one clear line, whatever its TMPDIR', async () => {
      const second = await start('shared', { TMPDIR: starts.parent });
      expect(await second.exit()).toBe(1);
      expect(second.output).toMatch(/^the data directory \S+ is in use by another Sluice: .*\n$/);
    });

    test(
      'another installation runs beside it, each with its own data',
      async () => {
        const other = await start('other', { SLUICE_SAMPLE: 'false' });
        await other.ready();
        const programs = [program, other];
        const keys = await Promise.all(programs.map((each) => each.said('admin key: ')));
        const statuses = await Promise.all(
          programs.flatMap(({ url }) =>
            keys.map(async (key) => {
              const headers = { authorization: `Bearer ${key}` };
              return (await fetch(`${url}/manage/v1/apis`, { headers })).status;
            }),
          ),
        );
        expect(statuses).toEqual([200, 401, 401, 200]);
        await stop(other);
      },
      START_MS,
    );

    test('a Ctrl-C that arrives twice ends everything with exit code 0', async () => {
      const processes = await program.descendants();
      program.signal('SIGINT');
      program.signal('SIGINT');
      expect(await program.exit()).toBe(0);
      await allGone(processes);
    });
  });
});
