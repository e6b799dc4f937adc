import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { itemsOf, type ListPages } from '../server/lists';
import { Button } from './button';
import { Card } from './card';
import fieldCss from './field.module.css';
import css from './list-card.module.css';
import { Loaded } from './loaded';
import { count } from './units';

/** Fewer are seen at a glance. */
const SEARCHED_FROM = 6;
/** Who types goes on typing for less than this. */
const TYPING_MS = 200;

interface ListProps<Item> {
  query: UseInfiniteQueryResult<ListPages<Item>>;
  /** The words that the list was asked for. */
  words: string | undefined;
  onWords: (words: string | undefined) => void;
  /** By what else the list can be narrowed, and whether it is. */
  filters?: ReactNode;
  isNarrowed?: boolean;
  /** The name of the things, such as `tokens`. */
  noun: string;
  /** Shown where there is none at all. */
  empty: ReactNode;
  children: (items: readonly Item[]) => ReactNode;
}

/** Tells whether there is nothing at all: a list that came is empty, though it was not searched or narrowed. */
export function isEmpty(list: ListPages<unknown> | undefined, words: string | undefined, isNarrowed = false): boolean {
  return words === undefined && !isNarrowed && list?.pages[0]?.data.length === 0;
}

/** All things of a kind: found by any words, read as far as somebody looks. */
export function ListCard<Item>(props: ListProps<Item>) {
  const { query, words, isNarrowed, empty } = props;
  return (
    <Card flush>
      <Loaded query={query}>
        {(list) => (isEmpty(list, words, isNarrowed) ? empty : <List list={list} {...props} />)}
      </Loaded>
    </Card>
  );
}

function List<Item>({
  list,
  query,
  words,
  onWords,
  filters,
  isNarrowed = false,
  noun,
  children,
}: ListProps<Item> & { list: ListPages<Item> }) {
  const items = itemsOf(list);
  const [first] = list.pages;
  const total = first?.page.total ?? items.length;
  const more = total - items.length;
  return (
    <>
      {(words !== undefined || isNarrowed || total >= SEARCHED_FROM) && (
        <div className={css.bar}>
          <WordsField words={words} onWords={onWords} noun={noun} total={total} />
          {filters}
          <p role="status" className={css.found}>
            {(words !== undefined || isNarrowed) && !query.isPlaceholderData && `${count(total)} found`}
          </p>
        </div>
      )}
      {items.length > 0 ? (
        children(items)
      ) : (
        <p className={css.none}>
          None of the {noun} {words === undefined ? 'is like this' : `has “${words}”`}.
        </p>
      )}
      {query.hasNextPage && more > 0 && (
        <div className={css.more}>
          <Button look="quiet" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            Show {count(Math.min(more, first?.data.length ?? more))} more of {count(more)}
          </Button>
        </div>
      )}
    </>
  );
}

/** Asks for words once nobody types any more. */
function WordsField({
  words,
  onWords,
  noun,
  total,
}: Pick<ListProps<unknown>, 'words' | 'onWords' | 'noun'> & { total: number }) {
  const [typed, setTyped] = useState(words ?? '');
  const asked = useRef(words);
  useEffect(() => {
    // The address changed by itself: somebody followed a link to this list.
    if (words !== asked.current) setTyped(words ?? '');
    asked.current = words;
  }, [words]);
  useEffect(() => {
    const wanted = typed.trim() === '' ? undefined : typed;
    if (wanted === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = wanted;
      onWords(wanted);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onWords]);
  return (
    <SearchField className={css.search} aria-label={`Search ${noun}`} value={typed} onChange={setTyped}>
      <Search aria-hidden="true" />
      <Input
        className={fieldCss.input}
        placeholder={words === undefined ? `Search ${count(total)} ${noun}` : `Search ${noun}`}
      />
      {typed !== '' && (
        <AriaButton className={css.clear}>
          <X aria-hidden="true" />
        </AriaButton>
      )}
    </SearchField>
  );
}
