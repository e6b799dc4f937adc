// Loaded into every service before its own code: a service that is still waiting for its database has not yet set up its
// orderly stop, and one whose stop hangs would outlive a launcher that was killed.
const STOP_GRACE_MS = 10_000;

process.on('disconnect', () => {
  if (process.listenerCount('disconnect') === 1) process.exit(0);
  setTimeout(() => process.exit(1), STOP_GRACE_MS).unref();
});
