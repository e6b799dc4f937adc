import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { runs } from './private-package';

/** A service of docker-compose.yml as compose understands it, as far as tests look at it. */
const ComposeService = z.looseObject({
  image: z.string(),
  scale: z.int().optional(),
  profiles: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).optional(),
  volumes: z.array(z.looseObject({ source: z.string(), target: z.string() })).optional(),
  build: z.looseObject({ target: z.string().optional(), args: z.record(z.string(), z.string()).optional() }).optional(),
});
const ComposeProject = z.object({ services: z.record(z.string(), ComposeService) });
export type ComposeService = z.infer<typeof ComposeService>;

/** The plugin alone is enough: it asks no engine. */
export const hasCompose = runs('docker', 'compose', 'version');

/** What compose makes of the project's file with these variables; nothing of the environment or of `.env` counts. */
export function composeServices(env: Readonly<Record<string, string>> = {}): Record<string, ComposeService> {
  const words = ['compose', '--env-file', '/dev/null', 'config', '--format', 'json'];
  const { PATH, HOME } = process.env;
  const text = execFileSync('docker', words, { cwd: projectRoot, env: { PATH, HOME, ...env }, encoding: 'utf8' });
  return ComposeProject.parse(JSON.parse(text)).services;
}
