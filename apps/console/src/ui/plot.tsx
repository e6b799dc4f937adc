import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import css from './plot.module.css';

export interface PlotLine {
  name: string;
  colour: 'first' | 'second' | 'third' | 'bad';
  values: readonly (number | null)[];
}

const HEIGHT = 180;
const AXIS_WIDTH = 64;
/** Of a digit, and between a label and its line. */
const [CHARACTER_WIDTH, LABEL_GAP] = [7.5, 12];
const AXIS_HEIGHT = 28;
const POINT_GAP = 70;

interface PlotProps {
  /** In seconds. */
  times: readonly number[];
  lines: readonly PlotLine[];
  format: (value: number) => string;
  /** Each step up is ten times as much. */
  isLogarithmic?: boolean;
}

/** Lines over time, drawn on a canvas: whoever uses it tells the same in words and as a table. Other lines are another drawing. */
export function Plot(props: PlotProps) {
  return <Drawing key={props.lines.map(({ name, colour }) => `${name}:${colour}`).join()} {...props} />;
}

function Drawing({ times, lines, format, isLogarithmic = false }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const first = useRef({ times, lines, format, isLogarithmic });

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const { times, lines, format, isLogarithmic } = first.current;
    const colour = (name: string) => () => colourOf(element, name);
    const axis = { stroke: colour('axis'), font: '12px "Inter Variable", sans-serif', ticks: { show: false } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [12, 20, 0, 0],
        scales: {
          y: isLogarithmic
            ? { distr: 3, range: (_, min, max) => wholeDecades(min, max) }
            : { range: (_, __, max) => [0, niceTop(max)] },
        },
        axes: [
          {
            ...axis,
            size: AXIS_HEIGHT,
            grid: { show: false },
            space: POINT_GAP,
            values: (_, splits) => timeLabels(splits),
          },
          {
            ...axis,
            size: (_, labels) => Math.max(AXIS_WIDTH, widthOf(labels ?? [])),
            ...(isLogarithmic ? { splits: decadesOf } : { incrs: wholeSteps }),
            grid: { stroke: colour('grid'), width: 1 },
            values: (_, splits) => splits.map(format),
          },
        ],
        series: [
          {},
          ...lines.map((line, index) => ({
            label: line.name,
            stroke: colour(line.colour),
            fill: index === 0 && lines.length < 3 ? colour('fill') : undefined,
            width: 1.5,
            points: { show: true, size: 5, filter: (shown: uPlot, series: number) => lonely(shown.data[series] ?? []) },
          })),
        ],
      },
      dataOf(times, lines),
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const redraw = () => made.redraw();
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', redraw);
      themed.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(dataOf(times, lines)), [times, lines]);

  return <div ref={frame} className={css.plot} style={{ height: HEIGHT }} aria-hidden="true" />;
}

function dataOf(times: readonly number[], lines: readonly PlotLine[]): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

/** A value between two that are not known is no line: it is drawn as a point. */
function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const isKnown = (at: number) => values[at] !== null && values[at] !== undefined;
  return Array.from(values).flatMap((_, at) => (isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1) ? at : []));
}

/** A canvas knows no custom properties: an element that has the colour tells it. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.className = css[name] ?? '';
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The scale ends a little above the largest value, and never below 1. */
function niceTop(max: number | null): number {
  return Math.max(1, (max ?? 0) * 1.1);
}

/** The powers of ten around all values: at least two, and none below a tenth. */
function wholeDecades(min: number | null, max: number | null): [number, number] {
  const bottom = Math.floor(Math.log10(Math.max(min ?? 1, 0.1)));
  const top = Math.ceil(Math.log10(Math.max(max ?? 1, 0.1)));
  return [10 ** bottom, 10 ** Math.max(top, bottom + 1)];
}

function decadesOf(plot: uPlot): number[] {
  const { min = 1, max = 10 } = plot.scales.y ?? {};
  const [bottom, top] = [Math.round(Math.log10(min ?? 1)), Math.round(Math.log10(max ?? 10))];
  return Array.from({ length: top - bottom + 1 }, (_, at) => 10 ** (bottom + at));
}

function widthOf(labels: readonly string[]): number {
  return Math.ceil(Math.max(...labels.map(({ length }) => length), 0) * CHARACTER_WIDTH) + LABEL_GAP;
}

/** Nothing that is drawn is counted in parts. */
const wholeSteps = Array.from({ length: 14 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const hour = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

function timeLabels(splits: readonly number[]): string[] {
  const [first = 0, second = first] = splits;
  const format = second - first >= 86_400 || isMidnight(first) ? day : hour;
  return splits.map((at) => (isMidnight(at) ? day : format).format(at * 1_000));
}

function isMidnight(at: number): boolean {
  const date = new Date(at * 1_000);
  return date.getHours() === 0 && date.getMinutes() === 0;
}
