/** The users of the bus: each process of the product signs in as one; standalone is the launcher of `npm start`. */
export const busUserNames = ['gateway', 'catalogue', 'registry', 'tokens', 'standalone'] as const;
export type BusUserName = (typeof busUserNames)[number];
