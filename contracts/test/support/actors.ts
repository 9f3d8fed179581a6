import { ethers, type Signer } from './chain.ts'

/** Who appears in the tests, by role. `orders` is a plain account that stands where Orders will be. */
export interface Actors {
  deployer: Signer
  orders: Signer
  admin: Signer
  maker: Signer
  buyer: Signer
  patron: Signer
  whale: Signer
  operator: Signer
  signer: Signer
  payout: Signer
  stranger: Signer
}

export async function getActors(): Promise<Actors> {
  const all = await ethers.getSigners()
  const names = 'deployer orders admin maker buyer patron whale operator signer payout stranger'.split(' ')
  return Object.fromEntries(names.map((name, index) => [name, all[index]])) as unknown as Actors
}
