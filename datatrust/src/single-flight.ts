/** Runs at most one task of a name at a time; who asks meanwhile gets the same answer. */
export type SingleFlight = <T>(name: string, task: () => Promise<T>) => Promise<T>

export function createSingleFlight(): SingleFlight {
  const flights = new Map<string, Promise<unknown>>()
  return <T>(name: string, task: () => Promise<T>): Promise<T> => {
    const flying = flights.get(name) as Promise<T> | undefined
    if (flying !== undefined) return flying
    const flight = task().finally(() => flights.delete(name))
    flights.set(name, flight)
    return flight
  }
}
