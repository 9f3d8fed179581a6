import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Artifact {
  contractName: string
  abi: readonly unknown[]
  /** 0x-hex of the creation code. */
  bytecode: string
}

/** What packages/abi exports: every deployed contract. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  Vault: ['src/Vault.sol/Vault.json', 'src/interfaces/IVault.sol/IVault.json'],
  Datatrusts: ['src/Datatrusts.sol/Datatrusts.json', 'src/interfaces/IDatatrusts.sol/IDatatrusts.json'],
  Share: ['src/Share.sol/Share.json', 'src/interfaces/IShare.sol/IShare.json'],
  LinearCurve: ['src/curves/LinearCurve.sol/LinearCurve.json', 'src/interfaces/ICurve.sol/ICurve.json'],
  Markets: ['src/Markets.sol/Markets.json', 'src/interfaces/IMarkets.sol/IMarkets.json'],
  Listings: ['src/Listings.sol/Listings.json', 'src/interfaces/IListings.sol/IListings.json'],
  Orders: ['src/Orders.sol/Orders.json', 'src/interfaces/IOrders.sol/IOrders.json'],
}

/** Reads what `hardhat build` wrote. */
export function readArtifacts(root: string): Artifact[] {
  return Object.entries(SOURCES).map(([contractName, candidates]) => {
    const file = candidates.map((path) => join(root, 'artifacts', path)).find((path) => existsSync(path))
    if (file === undefined) throw new Error(`no artifact of ${contractName}: run hardhat build first`)
    const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8')) as Artifact
    return { contractName, abi, bytecode }
  })
}
