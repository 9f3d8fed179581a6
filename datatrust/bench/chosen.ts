/** The parts that `--only` names, one or several with commas between; all of them without it. Throws RangeError for others. */
export function chosen<Part>(parts: Readonly<Record<string, Part>>, only: string | undefined): Part[] {
  if (only === undefined) return Object.values(parts)
  return only.split(',').map((name) => {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (part === undefined) throw new RangeError(`--only ${name}: name one of ${Object.keys(parts).join(', ')}`)
    return part
  })
}
