/** True if `actual` has everything that `planned` has; addresses and numbers are compared by value. */
export function agrees(planned: unknown, actual: unknown): boolean {
  if (Array.isArray(planned)) {
    return (
      Array.isArray(actual) &&
      planned.length === actual.length &&
      planned.every((item, index) => agrees(item, actual[index]))
    )
  }
  if (typeof planned === 'object' && planned !== null) {
    if (typeof actual !== 'object' || actual === null) return false
    return Object.entries(planned).every(([name, value]) => agrees(value, (actual as Record<string, unknown>)[name]))
  }
  return String(planned).toLowerCase() === String(actual).toLowerCase()
}
