/** Text that others wrote may hold control sequences; a terminal must not obey them. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\u{fffd}')
}
