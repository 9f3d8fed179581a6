/** Bytes of the labels in an input: a double each where they are numbers, else four bytes each, padded to a multiple of 8. */
export function labelBytesOf(rows: number, classes: number): number {
  return 8 * (classes === 0 ? rows : Math.ceil(rows / 2))
}
