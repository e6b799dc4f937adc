/*
 * Imported before anything else by main.ts. Every DuckDB query holds a thread of libuv's pool until it ends, and files,
 * gunzip and name look-ups use the same pool: with its default of 4 threads, six slow queries were measured to stop all
 * of them for 16 seconds. The size is read once, when the pool is first used.
 */
process.env.UV_THREADPOOL_SIZE ??= '16';
