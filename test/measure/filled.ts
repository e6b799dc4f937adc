/** Repeats a piece, each time with its number in place of `#`, until it comes to so many bytes. */
export function filled(piece: string, bytes: number, separator: string): string {
  const pieces: string[] = [];
  for (let size = 0, at = 0; size < bytes; at++) {
    const text = piece.replaceAll('#', String(at));
    pieces.push(text);
    size += text.length + separator.length;
  }
  return pieces.join(separator);
}
