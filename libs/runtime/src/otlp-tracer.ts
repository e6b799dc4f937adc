import {
  type Context,
  SpanKind as Kind,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { instanceId } from './logging';
import type { Span, SpanFacts, SpanKind, Tracer } from './trace-span';

const kinds: Readonly<Record<SpanKind, Kind>> = { server: Kind.SERVER, client: Kind.CLIENT, internal: Kind.INTERNAL };
/** W3C Trace Context level 1; a later version may go on behind it. An id of zeros names nothing. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;
const BATCH_MS = 1_000;
const CLOSE_LIMIT_MS = 2_000;

type StartSpan = (name: string, kind: SpanKind, parent: Context, startTime?: number) => OtelSpan;

/** Makes spans with OpenTelemetry and hands them over in batches, by OTLP over HTTP. What the collector does not take is lost. */
export class OtlpTracer implements Tracer {
  private readonly provider: TracerProvider;
  private readonly tracer;

  /** `ratio` of new traces is kept; of those that a caller began, the ones that it keeps. */
  constructor(
    service: string,
    private readonly ratio: number,
  ) {
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': `sluice-${service}`, 'service.instance.id': instanceId }),
      // Only what is to be kept is begun at all.
      sampler: new AlwaysOnSampler(),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: BATCH_MS })],
    });
    this.tracer = this.provider.getTracer('sluice');
  }

  begin(name: string, traceparent: string | undefined): Span | undefined {
    const caller = traceparent === undefined ? undefined : readTraceparent(traceparent);
    if (!caller) return Math.random() < this.ratio ? this.kept(name, ROOT_CONTEXT) : undefined;
    if (!(caller.traceFlags & TraceFlags.SAMPLED)) return new NamedSpan(caller);
    return this.kept(name, trace.setSpanContext(ROOT_CONTEXT, caller));
  }

  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS).unref());
    await Promise.race([this.provider.shutdown().catch(() => {}), late]);
  }

  private kept(name: string, parent: Context): Span {
    return new KeptSpan(this.start(name, 'server', parent), this.start);
  }

  private readonly start: StartSpan = (name, kind, parent, startTime) =>
    this.tracer.startSpan(name, { kind: kinds[kind], startTime }, parent);
}

class KeptSpan implements Span {
  readonly isKept = true;
  readonly traceId: string;

  constructor(
    private readonly span: OtelSpan,
    private readonly start: StartSpan,
  ) {
    this.traceId = span.spanContext().traceId;
  }

  get traceparent(): string {
    return textOf(this.span.spanContext());
  }

  child(name: string, kind: SpanKind, startedMs?: number): Span {
    return new KeptSpan(this.start(name, kind, trace.setSpan(ROOT_CONTEXT, this.span), startedMs), this.start);
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  tell(facts: SpanFacts): void {
    this.span.setAttributes({ ...facts });
  }

  end(failed = false): void {
    if (failed) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

/** A step of a trace that its caller does not keep: it has a name, for log lines and for the processes behind. */
class NamedSpan implements Span {
  readonly isKept = false;
  readonly traceId: string;
  readonly traceparent: string;

  constructor(caller: SpanContext) {
    this.traceId = caller.traceId;
    this.traceparent = textOf(caller);
  }

  child(): Span {
    return this;
  }

  rename(): void {}
  tell(): void {}
  end(): void {}
}

function textOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}

/** The step that a caller names; none where it names nothing that can be read. */
function readTraceparent(text: string): SpanContext | undefined {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
