type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Drops what is undefined, so that defaults stay. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
