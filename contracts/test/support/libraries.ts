import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import { artifacts } from 'hardhat'

/**
 * The libraries that the artifact `name` has to be linked with, deployed. By the chain's last account, so that no address
 * moves that a test predicts from the nonces of its deployer.
 */
export async function deployLibraries(ethers: HardhatEthers, name: string): Promise<Record<string, string>> {
  const { linkReferences } = await artifacts.readArtifact(name)
  const names = Object.values(linkReferences).flatMap((file) => Object.keys(file))
  const deployer = (await ethers.getSigners()).at(-1)!
  const libraries: Record<string, string> = {}
  for (const library of names) {
    libraries[library] = await (await ethers.deployContract(library, [], deployer)).getAddress()
  }
  return libraries
}
