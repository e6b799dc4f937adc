/**
 * A function that works its result out once for each object, and remembers it for as long as the object lives. Only for
 * what follows from the object alone, and for objects that nobody changes.
 */
export function remembered<Of extends object, Result extends NonNullable<unknown>>(
  make: (of: Of) => Result,
): (of: Of) => Result {
  const results = new WeakMap<Of, Result>();
  return (of) => {
    const known = results.get(of);
    if (known !== undefined) return known;
    const result = make(of);
    results.set(of, result);
    return result;
  };
}
