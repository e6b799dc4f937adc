import { useState } from 'react';
import { type Arrangement, asItIs, isChanged, loadArrangement, saveArrangement } from './column-store';
import type { GridField } from './columns';

const [MIN_PX, MAX_PX] = [64, 1_200];

/** The columns of a dataset as somebody wants them, and how they are arranged otherwise. */
export interface Arranged {
  /** Those that are shown, from left to right. */
  shown: readonly GridField[];
  hidden: number;
  isChanged: boolean;
  widthOf(name: string): number | undefined;
  /** Moves a column so many places, to the left where it is less than 0. */
  move(name: string, places: number): void;
  /** Puts a column into the place of another. */
  place(name: string, instead: string): void;
  resize(name: string, width: number): void;
  hide(name: string): void;
  reset(): void;
}

/** Arranges columns, and keeps it in this browser for each dataset. */
export function useArrangement(datasetId: string, fields: readonly GridField[]): Arranged {
  const [held, setHeld] = useState(() => ({ datasetId, arrangement: loadArrangement(datasetId) }));
  const arrangement = held.datasetId === datasetId ? held.arrangement : loadArrangement(datasetId);
  const change = (next: Arrangement) => {
    setHeld({ datasetId, arrangement: next });
    saveArrangement(datasetId, next);
  };
  const { order, hidden, widths } = arrangement;
  const shown = inOrder(fields, order).filter(({ name }) => !hidden.includes(name));
  const placeAt = (name: string, to: number) => {
    const names = shown.map((field) => field.name).filter((each) => each !== name);
    const at = Math.max(0, Math.min(to, names.length));
    change({ ...arrangement, order: [...names.slice(0, at), name, ...names.slice(at)] });
  };
  const placeOf = (name: string) => shown.findIndex((field) => field.name === name);
  return {
    shown,
    hidden: fields.length - shown.length,
    isChanged: isChanged(arrangement),
    widthOf: (name) => widths[name],
    move: (name, places) => placeAt(name, placeOf(name) + places),
    place: (name, instead) => placeAt(name, placeOf(instead)),
    resize: (name, width) =>
      change({ ...arrangement, widths: { ...widths, [name]: Math.round(Math.max(MIN_PX, Math.min(width, MAX_PX))) } }),
    hide: (name) => change({ ...arrangement, hidden: [...hidden, name] }),
    reset: () => change(asItIs),
  };
}

function inOrder(fields: readonly GridField[], order: readonly string[]): GridField[] {
  const first = order.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return [...first, ...fields.filter(({ name }) => !order.includes(name))];
}
