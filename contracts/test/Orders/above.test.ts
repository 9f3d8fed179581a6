import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { arbiter, buyer, maker, orders, patron, signer, stranger } = world

describe('what Orders does for those above it', () => {
  beforeEach(() => world.reset())

  it('hands the curators’ part to nobody but Signals', async () => {
    for (const account of [maker, buyer, patron, signer, stranger, arbiter]) {
      const taking = by(account, orders).takeCurators(world.listing, false)
      await expectRevert(taking, 'Orders_NotSignals', [account.address])
    }
    expect(await orders.getFunction('SIGNALS')()).toBe(world.signals.target)
  })

  it('ends a listing’s reward for nobody but Curation', async () => {
    for (const account of [maker, buyer, patron, signer, stranger, arbiter]) {
      const forfeiting = by(account, orders).forfeitReward(world.listing)
      await expectRevert(forfeiting, 'Orders_NotCuration', [account.address])
    }
    expect(await orders.getFunction('CURATION')()).toBe(world.curation.target)
  })
})
