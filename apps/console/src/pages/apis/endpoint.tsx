import type { Api } from '@sluice/contracts/registry/apis';
import { CopyButton } from '../../ui/copy-button';
import css from './endpoint.module.css';

/** The whole address of an API; a path alone is none to copy yet. */
export function Endpoint({ url, name }: { url: string; name: string }) {
  return (
    <span className={css.endpoint}>
      <code>{url}</code>
      {!url.startsWith('/') && <CopyButton text={url} label={`Copy the endpoint of ${name}`} hideLabel />}
    </span>
  );
}

/** Shows the address of an API, or the one that it will have once it is switched on for the first time. */
export function endpointOf(api: Api): string {
  return api.endpoint ?? `/api/${api.path}`;
}

/** The page of Swagger UI on which whoever is signed in reads an API and tries it out. */
export function documentationOf({ slug }: Api): string {
  return `/docs/apis/${slug}`;
}
