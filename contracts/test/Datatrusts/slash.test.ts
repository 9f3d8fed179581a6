import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()

describe('Datatrusts.slash', () => {
  beforeEach(() => world.reset())

  it('refuses anybody but Orders; what it takes is tested with Orders.complain', async () => {
    for (const account of [world.operator, world.signer, world.patron, world.stranger]) {
      const slashing = by(account, world.datatrusts).slash(world.datatrust, account.address, 1n, 1n)
      await expectRevert(slashing, 'Datatrusts_NotOrders', [account.address])
    }
    expect(await world.datatrusts.getFunction('ORDERS')()).toBe(world.orders.target)
  })
})
