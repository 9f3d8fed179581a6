import { Signature } from 'ethers'
import { PERMIT_TYPES } from './typed-data.ts'
import type { World } from './world.ts'

/** A payment from the wallet, with the buyer's permit of exactly `amount` for Orders. */
export async function permitFor(world: World, amount: bigint) {
  const { token, buyer, orders, chainId } = world
  const deadline = (await world.chain.now()) + 3_600n
  const value = {
    owner: buyer.address,
    spender: orders.target,
    value: amount,
    nonce: await token.nonces(buyer.address),
    deadline,
  }
  const domain = { name: await token.name(), version: '1', chainId, verifyingContract: world.asset }
  const { v, r, s } = Signature.from(await buyer.signTypedData(domain, PERMIT_TYPES, value))
  return { source: 1n, permitDeadline: deadline, v: BigInt(v), r, s }
}
