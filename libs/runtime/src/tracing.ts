import { z } from 'zod';
import { requestScope } from './request-scope';
import type { Span, Tracer } from './trace-span';

/** The settings of traces, named as OpenTelemetry names them; the exporter reads its own others (headers, timeout). */
export const tracingEnvironment = {
  /** Where traces go, by OTLP over HTTP (JSON). Without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  /** The part of new traces that is kept. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
};
type TracingEnvironment = z.output<z.ZodObject<typeof tracingEnvironment>>;

/** The steps of a request that a trace shows beside the messages between services. */
export type Stage =
  | 'admission'
  | 'verdict'
  | 'query'
  | 'answering'
  | 'queue'
  | 'duckdb'
  | 'rendering'
  | 'fetch version'
  | 'check rows'
  | 'commit'
  | 'make view file'
  | 'import: receive'
  | 'import: read'
  | 'import: store'
  | 'import: publish';

let tracer: Tracer | null = null;

/** Begins to hand over traces if the settings name a collector. Until then, and without one, no package is loaded for it. */
export async function startTracing(service: string, config: TracingEnvironment): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
  if (endpoint === undefined || tracer) return;
  const { OtlpTracer } = await import('./otlp-tracer.js');
  tracer = new OtlpTracer(service, ratio);
}

/** Tells whether requests are traced. */
export function isTracing(): boolean {
  return tracer !== null;
}

/** Hands over what is left, for the end of a process. */
export async function stopTracing(): Promise<void> {
  await tracer?.close();
  tracer = null;
}

/** Begins the span of a request that came to this process; undefined while nothing is traced. */
export function beginSpan(name: string, traceparent: string | undefined): Span | undefined {
  return tracer?.begin(name, traceparent);
}

/** Gives the span of the request that is being worked on; undefined where its trace is not kept. */
export function keptSpan(): Span | undefined {
  if (!tracer) return undefined;
  const span = requestScope.getStore()?.span;
  return span?.isKept ? span : undefined;
}

/**
 * Does one stage of a request, and shows it in the request's trace: as a span of its own where it waits, otherwise as a number
 * of the request's span, which costs a hot page less. Stages are children of the request's span and never of each other.
 * Where nothing is traced it does the work and no more. One who has the request at hand gives its span, or null: looking for it
 * costs more than the question.
 */
export function inStage<T>(stage: Stage, work: () => T, request: Span | null | undefined = keptSpan()): T {
  return request?.isKept ? shown(stage, work, request) : work();
}

function shown<T>(stage: Stage, work: () => T, request: Span): T {
  const startedMs = performance.now();
  const result = work();
  if (result instanceof Promise) {
    const span = request.child(stage, 'internal', startedMs);
    result.then(
      () => span.end(),
      () => span.end(true),
    );
  } else request.tell({ [`sluice.stage.${stage}_ms`]: performance.now() - startedMs });
  return result;
}
