import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { type JsonLine, jsonLines, parsedJson } from './json-lines';
import css from './json-tree.module.css';

const LINE_HEIGHT = 21;

/** JSON that can be folded; only the lines in sight are drawn, however long it is. */
export function JsonTree({ text, label }: { text: string; label: string }) {
  const frame = useRef<HTMLElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const parsed = useMemo(() => parsedJson(text), [text]);
  const lines = useMemo(() => (parsed ? jsonLines(parsed.value, folded) : []), [parsed, folded]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const toggle = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  if (!parsed) {
    return (
      <section ref={frame} className={css.frame} aria-label={label} tabIndex={0}>
        <pre className={css.plain}>{text}</pre>
      </section>
    );
  }
  return (
    <section ref={frame} className={css.frame} aria-label={label} tabIndex={0}>
      <div className={css.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return (
            line && <Line key={line.path} line={line} top={start} onToggle={toggle} isFolded={folded.has(line.path)} />
          );
        })}
      </div>
    </section>
  );
}

function Line({
  line,
  top,
  onToggle,
  isFolded,
}: {
  line: JsonLine;
  top: number;
  onToggle: (path: string) => void;
  isFolded: boolean;
}) {
  const { path, depth, name, kind, text, members, comma } = line;
  return (
    <div className={css.line} style={{ transform: `translateY(${top}px)`, paddingLeft: 26 + depth * 16 }}>
      {members !== null && (
        <button
          type="button"
          className={css.fold}
          style={{ left: 4 + depth * 16 }}
          aria-expanded={!isFolded}
          aria-label={`${isFolded ? 'Open' : 'Fold'} ${name ?? path.split('.').pop() ?? 'all'}`}
          onClick={() => onToggle(path)}
        >
          {isFolded ? <ChevronRight aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
        </button>
      )}
      {name !== null && <span className={css.name}>{JSON.stringify(name)}: </span>}
      <span className={css[kind]}>{text}</span>
      {comma && ','}
      {isFolded && <span className={css.members}> {members}</span>}
    </div>
  );
}
