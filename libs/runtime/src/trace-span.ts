/**
 * What a span tells beside its name and its times: kinds, codes, counts and ids of ours. A value that a caller sent, such as
 * a query, a row or a secret, has no place here.
 */
export interface SpanFacts {
  /** The id of the request, as in X-Request-Id. */
  'sluice.request_id'?: string;
  'sluice.api_id'?: string;
  /** The access token or admin behind it, by id. */
  'sluice.caller_id'?: string;
  'sluice.rows'?: number;
  'sluice.queue'?: string;
  /** How long a stage took that had its result at hand. */
  [stage: `sluice.stage.${string}_ms`]: number;
  'http.request.method'?: string;
  'http.response.status_code'?: number;
  /** A code of the error table. */
  'error.type'?: string;
}

/** The part of a request in a trace: `server` answers, `client` asks another process, `internal` is a stage of the former. */
export type SpanKind = 'server' | 'client' | 'internal';

/** One step of a trace, from when it is begun until `end`. */
export interface Span {
  /** 32 hexadecimal digits that all steps of a request share, in every process. */
  readonly traceId: string;
  /** This step as other processes are told of it (W3C Trace Context). */
  readonly traceparent: string;
  /** False where the trace is one of the many that are not kept: then no step needs a span. */
  readonly isKept: boolean;
  /** Begins a step of this one: now, or at an earlier time by `performance.now()`. */
  child(name: string, kind: SpanKind, startedMs?: number): Span;
  /** Names it anew, once it is known what it is. */
  rename(name: string): void;
  tell(facts: SpanFacts): void;
  /** Ends the step; `failed` marks it as one that went wrong. */
  end(failed?: boolean): void;
}

/** Begins spans and hands them to a collector. */
export interface Tracer {
  /**
   * Begins the first step in this process of the trace that the caller's `traceparent` names, kept if the caller keeps it; or
   * else of a new one, for the part of requests that is to be kept. Undefined for the others.
   */
  begin(name: string, traceparent: string | undefined): Span | undefined;
  /** Hands over what is not handed over yet, and stops. */
  close(): Promise<void>;
}
