import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface Artifact {
  contractName: string
  abi: readonly unknown[]
  /** 0x-hex of the creation code; where the address of a library belongs is no hex. */
  bytecode: string
  /** 0x-hex of what stays on chain, immutables zero. */
  deployedBytecode: string
  immutableReferences: Record<string, { start: number; length: number }[]>
  /** Where the addresses of libraries belong in the creation code, by source and name. */
  linkReferences: Record<string, Record<string, { start: number; length: number }[]>>
  /** As the compiler knows its source. */
  inputSourceName: string
  buildInfoId: string
}

/** What packages/abi exports: every contract that is deployed, and play money for local chains. */
const SOURCES = [
  'src/Vault.sol',
  'src/Datatrusts.sol',
  'src/Share.sol',
  'src/curves/LinearCurve.sol',
  'src/curves/FlatCurve.sol',
  'src/curves/RootCurve.sol',
  'src/curves/ComputableCurve.sol',
  'src/Markets.sol',
  'src/Listings.sol',
  'src/libraries/Fair.sol',
  'src/Orders.sol',
  'src/Signals.sol',
  'src/Curation.sol',
  'src/test/TestToken.sol',
]

/** Reads what `hardhat build` wrote. */
export function readArtifacts(root: string): Artifact[] {
  return SOURCES.map((source) => {
    const file = join(root, 'artifacts', source, `${basename(source, '.sol')}.json`)
    return JSON.parse(readFileSync(file, 'utf8')) as Artifact
  })
}
