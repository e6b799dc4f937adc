import type { UseQueryResult } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { Button } from './button';
import { Card } from './card';
import fieldCss from './field.module.css';
import css from './list-card.module.css';
import { Loaded } from './loaded';
import { count } from './units';

/** So many are drawn at first, and more with each press: rows may ask the server for more about themselves. */
const STEP = 50;
/** Fewer are seen at a glance. */
const SEARCHED_FROM = 6;

interface ListProps<Item> {
  query: UseQueryResult<Item[]>;
  /** The name of the things, such as `tokens`. */
  noun: string;
  /** The text by which one thing is found. */
  textOf: (item: Item) => string;
  /** Shown where there is none at all. */
  empty: ReactNode;
  children: (items: readonly Item[]) => ReactNode;
}

/** All things of a kind: found by any words, drawn as far as somebody looks. */
export function ListCard<Item>({ query, empty, ...list }: ListProps<Item>) {
  return (
    <Card flush>
      <Loaded query={query}>{(items) => (items.length > 0 ? <List items={items} {...list} /> : empty)}</Loaded>
    </Card>
  );
}

function List<Item>({
  items,
  noun,
  textOf,
  children,
}: Omit<ListProps<Item>, 'query' | 'empty'> & { items: readonly Item[] }) {
  const [wanted, setWanted] = useState('');
  const [limit, setLimit] = useState(STEP);
  const words = wanted.toLowerCase().split(/\s+/);
  const found = items.filter((item) => {
    const text = textOf(item).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const more = found.length - limit;
  return (
    <>
      {items.length >= SEARCHED_FROM && (
        <div className={css.bar}>
          <SearchField className={css.search} aria-label={`Search ${noun}`} value={wanted} onChange={setWanted}>
            <Search aria-hidden="true" />
            <Input className={fieldCss.input} placeholder={`Search ${count(items.length)} ${noun}`} />
            {wanted !== '' && (
              <AriaButton className={css.clear}>
                <X aria-hidden="true" />
              </AriaButton>
            )}
          </SearchField>
          <p role="status" className={css.found}>
            {wanted !== '' && `${count(found.length)} of ${count(items.length)}`}
          </p>
        </div>
      )}
      {found.length > 0 ? (
        children(found.slice(0, limit))
      ) : (
        <p className={css.none}>
          None of the {noun} has “{wanted}”.
        </p>
      )}
      {more > 0 && (
        <div className={css.more}>
          <Button look="quiet" onPress={() => setLimit(limit + STEP)}>
            Show {count(Math.min(more, STEP))} more of {count(more)}
          </Button>
        </div>
      )}
    </>
  );
}
