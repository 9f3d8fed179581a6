import { ethers, type Signer } from './chain.ts'

/** Who appears in the tests, by role. `orders`, `signals` and `curation` stand where those contracts will be. */
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
  signals: Signer
  curation: Signer
}

export async function getActors(): Promise<Actors> {
  const all = await ethers.getSigners()
  const names = 'deployer orders admin maker buyer patron whale operator signer payout stranger signals curation'
  return Object.fromEntries(names.split(' ').map((name, index) => [name, all[index]])) as unknown as Actors
}
