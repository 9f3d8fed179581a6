import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CONTRACTS, type Compiled, compile, isUnderTest, type Sources } from './source.ts'

/** Where the instrumented contracts of `kind` lie. */
export const folderOf = (kind: string): string => join(CONTRACTS, 'cache/probe', kind)

const OUTPUTS = ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences', 'evm.deployedBytecode.object']

/** Compiles instrumented sources to artifacts that Hardhat reads. */
export function writeArtifacts(kind: string, sources: Sources): void {
  const output = compile(sources, OUTPUTS)
  if (output.errors.length > 0) throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'))
  rmSync(folderOf(kind), { recursive: true, force: true })
  for (const [source, contracts] of Object.entries(output.contracts)) {
    const folder = join(folderOf(kind), 'artifacts', source)
    mkdirSync(folder, { recursive: true })
    for (const [name, contract] of Object.entries(contracts)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(artifactOf(source, name, contract)))
    }
  }
}

function artifactOf(sourceName: string, contractName: string, contract: Compiled['contracts'][string][string]): object {
  const { bytecode, deployedBytecode } = contract.evm
  return {
    _format: 'hh3-artifact-1',
    contractName,
    sourceName,
    abi: contract.abi,
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
    linkReferences: bytecode.linkReferences,
    deployedLinkReferences: {},
    immutableReferences: {},
    inputSourceName: sourceName,
  }
}

/** Lets a source call the probe. */
export function importProbe(name: string, text: string): string {
  const up = '../'.repeat(name.split('/').length - 1)
  return `${text}\nimport {Probe} from "${up}probe/Probe.sol";\n`
}

export const pathsUnderTest = (sources: Sources): string[] => Object.keys(sources).filter(isUnderTest).sort()

/** The contract a source belongs to in reports. */
export const titleOf = (name: string): string => basename(name, '.sol')
