/**
 * Counts the releases that changed the form of messages; 0 are those before there was a number. Releases whose numbers are one
 * apart understand each other, and no others do: replicas of two of them run side by side while one replaces the other.
 *
 * It is raised by one in a release that begins to read a new form, in the next one that says it, and in the one after that
 * reads the old form no more: never two of these in one release. New messages, and members that may be absent, leave it as
 * it is (docs/adr/0032-releases-side-by-side-on-the-bus.md).
 */
export const CONTRACT_VERSION = 1;
