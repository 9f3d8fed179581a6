import type { Bench } from './bench.ts'
import type { Journey } from './journey.ts'
import * as sales from './ours/sales.ts'
import * as jobs from './peer/jobs.ts'

const BACKLOG = 200

/** Opens as many orders here as locks there; one order is open in the steady state. */
export async function reachBacklog({ world, peer }: Bench): Promise<void> {
  await sales.openOrders(world, BACKLOG - 1)
  await jobs.openLocks(peer, BACKLOG)
}

/** Whether what one order costs depends on how many others are open. */
export function backlogJourneys({ world, peer }: Bench): Journey[] {
  return [
    {
      name: `place (vault), ${BACKLOG} open orders`,
      ours: () => sales.placeRunFromVault(world),
      peer: { name: `createLock, ${BACKLOG} open locks`, way: () => jobs.lock(peer, BACKLOG + 1) },
    },
    {
      name: `reveal + settle (1), ${BACKLOG} open orders`,
      ours: () => sales.revealAndSettle(world),
      peer: { name: `claimLock, ${BACKLOG} open locks`, way: () => jobs.claim(peer, BACKLOG) },
    },
    {
      name: `refund, ${BACKLOG} open orders`,
      ours: () => sales.refund(world),
      peer: { name: `cancelExpiredLock, ${BACKLOG} open locks`, way: () => jobs.cancel(peer, BACKLOG) },
    },
  ]
}
