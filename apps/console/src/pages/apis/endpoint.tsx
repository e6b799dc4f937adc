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
