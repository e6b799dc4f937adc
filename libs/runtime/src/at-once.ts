/** A value that is at hand, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/**
 * Goes on with a value: at once when it is at hand, later when it is a promise. On the way of a request that is answered
 * from memory each promise costs more than the step that it stands for.
 */
export function andThen<T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
