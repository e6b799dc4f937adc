import { useState } from 'react';
import { Refusal } from '../../server/problem';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import css from './explorer.module.css';

/** The query as consumers would send it. What it gets wrong is told as consumers would be told. */
export function QueryLine({
  query,
  onQuery,
  error,
}: {
  query: string;
  onQuery: (query: string) => void;
  error: unknown;
}) {
  const [text, setText] = useState(query);
  const faults = error instanceof Refusal ? error.faults : [];
  return (
    <Form
      onSubmit={() => {
        onQuery(text.trim().replace(/^\?/, ''));
      }}
    >
      <div className={css.line}>
        <TextField
          label="Query"
          placeholder="weather=rain&precipitation__gte=10&_sort=-date"
          value={text}
          onChange={setText}
          faults={faults}
          hint="The same in the endpoint's own query language: what you write here, consumers write behind the address."
          autoComplete="off"
          spellCheck="false"
          mono
        />
        <Button type="submit">Apply</Button>
        {query !== '' && (
          <Button look="quiet" onPress={() => onQuery('')}>
            Clear
          </Button>
        )}
      </div>
      {error !== null && faults.length === 0 && <ProblemNote error={error} />}
    </Form>
  );
}
