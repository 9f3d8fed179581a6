/** Tasks by name within this process. */
export interface Tasks {
  /** Runs a task unless one of this name is under way: then its answer is the answer. */
  once<T>(name: string, task: () => Promise<T>): Promise<T>
  /** Runs tasks of one name one after the other. */
  inTurn<T>(name: string, task: () => Promise<T>): Promise<T>
}

export function createTasks(): Tasks {
  const flights = new Map<string, Promise<unknown>>()
  const queues = new Map<string, Promise<unknown>>()
  return {
    once<T>(name: string, task: () => Promise<T>): Promise<T> {
      const flying = flights.get(name) as Promise<T> | undefined
      if (flying !== undefined) return flying
      const flight = task().finally(() => flights.delete(name))
      flights.set(name, flight)
      return flight
    },
    inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
      const turn = (queues.get(name) ?? Promise.resolve()).then(task)
      const settled = turn.then(
        () => undefined,
        () => undefined,
      )
      queues.set(name, settled)
      settled.then(() => {
        if (queues.get(name) === settled) queues.delete(name)
      })
      return turn
    },
  }
}
