import { type Addressable, Signature } from 'ethers'
import { PERMIT_TYPES } from './typed-data.ts'
import type { Account, World } from './world.ts'

/** A payment from the wallet, with a permit of exactly `amount`; the buyer's for Orders unless said otherwise. */
export async function permitFor(
  world: World,
  amount: bigint,
  owner: Account = world.buyer,
  spender: string | Addressable = world.orders.target,
) {
  const { v, r, s, deadline } = await signPermit(world, amount, owner, spender)
  return { source: 1n, permitDeadline: deadline, v, r, s }
}

/** An EIP-2612 permit of the world's token, good for an hour. */
export async function signPermit(world: World, amount: bigint, owner: Account, spender: string | Addressable) {
  const { token, chainId } = world
  const deadline = (await world.chain.now()) + 3_600n
  const nonce = await token.nonces(owner.address)
  const domain = { name: await token.name(), version: '1', chainId, verifyingContract: world.asset }
  const message = { owner: owner.address, spender, value: amount, nonce, deadline }
  const { v, r, s } = Signature.from(await owner.signTypedData(domain, PERMIT_TYPES, message))
  return { v: BigInt(v), r, s, deadline }
}
