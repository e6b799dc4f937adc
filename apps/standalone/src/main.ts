import { start } from '@sluice/runtime/shutdown';
import { launch } from './launch';

start(launch);
