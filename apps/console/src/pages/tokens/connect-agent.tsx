import { useState } from 'react';
import { CopyButton } from '../../ui/copy-button';
import { Select } from '../../ui/select';
import { agentConfigurations } from './agent-configurations';
import css from './connect-agent.module.css';

/** Prints what common programs for agents are told to connect, at the address of this installation. */
export function ConnectAgent({ secret }: { secret: string }) {
  const configurations = agentConfigurations(window.location.origin, secret);
  const [client, setClient] = useState(configurations[0]?.client ?? '');
  const { text, place } = configurations.find((each) => each.client === client) ?? { text: '', place: '' };
  return (
    <div className={css.connect}>
      <div className={css.choice}>
        <Select
          label="Program"
          choices={configurations.map(({ client: id }) => ({ id, label: id }))}
          value={client}
          onChange={setClient}
        />
        <CopyButton text={text} label="Copy configuration" />
      </div>
      <p>For {place}:</p>
      <section className={css.text} aria-label="Configuration" tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
