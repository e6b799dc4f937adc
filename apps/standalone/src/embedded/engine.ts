import type { Exit } from '../machine/hosted-process';

/**
 * A foreign server that Sluice needs. `start` after `kill` or `stop` brings it back at the same `url` with its data, so
 * that whoever is connected only has to reconnect.
 */
export interface Engine {
  /** Valid after the first `start`. */
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL, then waits until it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A part of the installation whose process is a child of this one, so that its end is noticed. */
export interface HostedPart {
  /** Settles when the process that the last `start` made has ended. */
  readonly exited: Promise<Exit>;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface HostedEngine extends Engine, HostedPart {}

/** Tells a person about a step that may take more than a second. */
export type Progress = (line: string) => void;
