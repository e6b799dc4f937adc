/** What programs ask the machine for: where things are, its language and clock, and how node and the C library behave. */
const OF_THE_MACHINE =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|SYSTEMROOT|APPDATA|(LD|DYLD|NODE|UV|MALLOC|GLIBC|SSL_CERT)_\w+)$/i;
/** Sizes and limits, how much is logged, and where traces go. */
const OF_THE_SERVICES = /^(SLUICE_\w+|OTEL_\w+|LOG_LEVEL|HEALTH_HOST)$/;
/** Each of these goes to the one part that needs it. */
const NOT_FOR_ALL = ['SLUICE_ADMIN_KEY', 'SLUICE_SAMPLE', 'SLUICE_DATA_DIR'];

/** Keeps of an environment what any program needs: nothing of Sluice's, and no secret of the shell that started it. */
export function machineEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(env, (name) => OF_THE_MACHINE.test(name));
}

/** The same with the settings of the services, secrets and addresses not among them. */
export function serviceEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(env, (name) => OF_THE_MACHINE.test(name) || (OF_THE_SERVICES.test(name) && !NOT_FOR_ALL.includes(name)));
}

function pick(env: NodeJS.ProcessEnv, isKept: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
}
