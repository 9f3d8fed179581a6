import { createRequire } from 'node:module'
import { CONTRACT_NAMES, type ContractName } from '@gristmill/protocol'
import { id, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { deployGristmill } from '../src/index.js'
import { compilerVersion, standardJsonOf, verificationOf } from '../src/standard-json.js'
import { openChain } from './_chain.js'

interface Compiled {
  evm: {
    bytecode: { object: string }
    deployedBytecode: { object: string; immutableReferences: Record<string, { start: number; length: number }[]> }
  }
}

const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string; version(): string }

function compile(fullyQualifiedName: string, standardJson: ReturnType<typeof standardJsonOf>): Compiled {
  const [source, name] = fullyQualifiedName.split(':') as [string, string]
  const settings = { ...standardJson.settings, outputSelection: { [source]: { [name]: ['evm'] } } }
  const output = JSON.parse(solc.compile(JSON.stringify({ ...standardJson, settings })))
  return output.contracts[source][name] as Compiled
}

/** As solc's documentation has it: the compiler leaves 34 hex digits of the hash of a library's name. */
function linked(object: string, libraries: Readonly<Record<string, string>>): string {
  return object.replaceAll(/__\$([0-9a-f]{34})\$__/g, (_, digits: string) => {
    const [, address] = Object.entries(libraries).find(([name]) => id(name).startsWith(`0x${digits}`))!
    return address.slice(2).toLowerCase()
  })
}

/** The compiler takes seconds a contract. */
const COMPILED: readonly ContractName[] = process.env.GRISTMILL_DEEP ? CONTRACT_NAMES : ['share']

describe('the standard JSON', () => {
  it('is for the compiler that is at hand', () => {
    expect(solc.version()).toMatch(new RegExp(`^${compilerVersion.slice(1).replaceAll(/[.+]/g, '\\$&')}`))
  })

  it('compiles to the transactions and the code of a deployment, byte for byte', async () => {
    const { provider, key } = await openChain()
    const hashes: string[] = []
    const deployment = await deployGristmill(new Wallet(key, provider), {
      save: ({ transactions }) => {
        hashes.splice(0, hashes.length, ...CONTRACT_NAMES.map((contract) => transactions[contract]?.hash ?? ''))
      },
    })
    const { contracts, chainId } = verificationOf(deployment)
    expect(chainId).toBe(deployment.chainId)
    expect(contracts.map(({ contract }) => contract)).toEqual(CONTRACT_NAMES)
    for (const { contract, address, fullyQualifiedName, constructorArguments, libraries } of contracts) {
      if (!COMPILED.includes(contract)) continue
      const { bytecode, deployedBytecode } = compile(fullyQualifiedName, standardJsonOf(contract)).evm
      const transaction = await provider.getTransaction(hashes[CONTRACT_NAMES.indexOf(contract)]!)
      expect(transaction?.data).toBe(`0x${linked(bytecode.object, libraries)}${constructorArguments.slice(2)}`)
      const onChain = Buffer.from((await provider.getCode(address)).slice(2), 'hex')
      for (const { start, length } of Object.values(deployedBytecode.immutableReferences).flat()) {
        onChain.fill(0, start, start + length)
      }
      expect(onChain.toString('hex')).toBe(linked(deployedBytecode.object, libraries))
    }
  })

  it('compiles to something else when a source differs by one character', () => {
    const name = 'project/src/curves/LinearCurve.sol'
    const standardJson = standardJsonOf('linearCurve')
    const before = compile(`${name}:LinearCurve`, standardJson).evm.bytecode.object
    const sources = { ...standardJson.sources, [name]: { content: `${standardJson.sources[name]!.content} ` } }
    const after = compile(`${name}:LinearCurve`, { ...standardJson, sources }).evm.bytecode.object
    expect(after).not.toBe(before)
  })
})
