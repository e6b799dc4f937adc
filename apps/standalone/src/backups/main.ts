import { start } from '@sluice/runtime/shutdown';
import { runCommand } from './commands';

/** For all that these commands write: rows, and hashes of secrets. */
const CLOSED_TO_OTHERS = 0o077;
process.umask(CLOSED_TO_OTHERS);

start(() => runCommand(process.argv.slice(2)));
