import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** One row of the tables of docs/metrics.md. */
export interface DocumentedMetric {
  name: string;
  type: string;
  labels: string[];
  meaning: string;
  /** What to do about it. */
  advice: string;
  /** The services that print it. */
  services: string[];
}

const ALL = ['gateway', 'catalogue', 'registry', 'tokens'];

/** Reads the tables of docs/metrics.md: each stands under a heading that names its services. */
export function documentedMetrics(): DocumentedMetric[] {
  const page = readFileSync(join(projectRoot, 'docs', 'metrics.md'), 'utf8');
  const [, ...sections] = page.split(/^## /m);
  return sections.flatMap((section) => {
    const [heading = ''] = section.split('\n', 1);
    const services = ALL.filter((service) => heading.toLowerCase().includes(service));
    return section
      .split('\n')
      .filter((line) => /^\| `\w+` \|/.test(line))
      .map((line) => {
        const [, name = '', type = '', labels = '', meaning = '', advice = ''] = line
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim());
        return {
          name: name.replaceAll('`', ''),
          type,
          labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
          meaning,
          advice,
          services: services.length > 0 ? services : ALL,
        };
      });
  });
}
