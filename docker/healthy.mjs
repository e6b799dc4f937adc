// A container's health check: exit code 0 when this address answers 2xx within three seconds.
const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(3_000) }).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
