import type { Step } from './step.ts'

/** A thing somebody wants done, as one side does it: prepares what it needs, then returns what counts. */
export type Way = () => Promise<Step[]>

/** A row of the bench before it is measured. */
export interface Journey {
  name: string
  /** Gas; stated in the design of the protocol. */
  target?: number
  /** The row is per order of this many. */
  orders?: number
  ours: Way
  peer?: { name: string; way: Way }
}

/** A row of the bench with the transactions behind it. */
export interface Result {
  name: string
  target: number | null
  orders: number
  ours: Step[]
  peer: { name: string; steps: Step[] } | null
}

/** Runs both ways of each journey from the same state. */
export async function walk(journeys: readonly Journey[], reset: () => Promise<void>): Promise<Result[]> {
  const results: Result[] = []
  for (const { name, target = null, orders = 1, ours, peer } of journeys) {
    await reset()
    const steps = await ours()
    await reset()
    results.push({
      name,
      target,
      orders,
      ours: steps,
      peer: peer ? { name: peer.name, steps: await peer.way() } : null,
    })
  }
  return results
}
