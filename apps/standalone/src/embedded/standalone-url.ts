/**
 * How a MongoDB of one node is spoken to. Alone, `w: 1` with the journal is the strongest promise there is; the embedded
 * engine breaks `w: 'majority'`, which it answers before the write is in the journal: up to one in five was lost to a
 * SIGKILL right after.
 */
export const STANDALONE = 'directConnection=true&w=1&journal=true';
