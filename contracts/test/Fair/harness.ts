import type { Contract } from 'ethers'
import { getActors } from '../support/actors.ts'
import { deployContract } from '../support/chain.ts'

/** The library, linked into a contract that does nothing else, and what it is made of. */
export async function deployHarness(): Promise<{ fair: Contract }> {
  const { deployer } = await getActors()
  return { fair: (await deployContract('FairHarness', [], deployer)) as unknown as Contract }
}
