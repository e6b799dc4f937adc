/** A statement, or a part of one, and the values bound to its `$1`, `$2` … in their order. */
export interface Statement {
  sql: string;
  values: string[];
}

/** Collects the values of a statement: SQL text only ever holds their numbers. Every value added has to be used. */
export class Bindings {
  readonly values: string[] = [];

  /** The placeholder of a value. */
  add(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
