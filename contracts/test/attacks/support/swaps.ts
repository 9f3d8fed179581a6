import { id } from 'ethers'
import { expectRevert } from '../../trade/expect.ts'
import type { Deal } from '../../trade/terms.ts'

/** One deal for every field, each with only that field changed; addresses become those of `other`. */
export function swapsOf(deal: Deal, other: { address: string }): [field: string, swapped: Deal][] {
  const changes: Record<keyof Deal, unknown> = {
    listing: id('another'),
    buyer: other.address,
    n: deal.n + 7n,
    market: id('another'),
    asset: other.address,
    maker: other.address,
    operator: other.address,
    datatrust: 2n,
    price: deal.price * 1_000n,
    makerBps: 10_000n,
    operatorBps: 10_000n,
    curatorsBps: 0n,
    failureBps: 10_000n,
    compensation: deal.compensation + 1n,
    kind: 1n - deal.kind,
    placeBy: deal.placeBy + 1n,
    fulfilWithin: 0n,
    window: deal.window + 1n,
    arbiter: other.address,
    ackKey: other.address,
  }
  return Object.entries(changes).map(([field, value]) => [field, { ...deal, [field]: value } as Deal])
}

/** Expects one of several custom errors. */
export async function isRefused(call: Promise<unknown>, names: readonly string[], field: string): Promise<void> {
  const failures: unknown[] = []
  for (const name of names) {
    try {
      return await expectRevert(call, name)
    } catch (failure) {
      failures.push(failure)
    }
  }
  throw new AggregateError(failures, `swapping ${field} was not refused`)
}
