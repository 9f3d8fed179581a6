import { createRequire } from 'node:module'
import type { Address } from '@gristmill/protocol'
import { Contract, ContractFactory, Wallet } from 'ethers'
import { expect, it } from 'vitest'
import { linkCode } from '../src/deploy/link-code.js'
import { openChain } from './_chain.js'

const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }

const SOURCE = `
  pragma solidity ^0.8.37;
  library Twice { function made(uint256 x) external pure returns (uint256) { return 2 * x; } }
  library Square { function made(uint256 x) external pure returns (uint256) { return x * x; } }
  contract Caller {
    function first(uint256 x) external pure returns (uint256) { return Twice.made(x); }
    function second(uint256 x) external pure returns (uint256) { return Square.made(Twice.made(x)); }
  }`

interface Compiled {
  abi: []
  evm: { bytecode: { object: string; linkReferences: Record<string, Record<string, { start: number }[]>> } }
}

it('puts the address of each library wherever it is called', async () => {
  const settings = { outputSelection: { '*': { '*': ['abi', 'evm.bytecode'] } } }
  const input = { language: 'Solidity', sources: { 'Caller.sol': { content: SOURCE } }, settings }
  const contracts = JSON.parse(solc.compile(JSON.stringify(input))).contracts['Caller.sol'] as Record<string, Compiled>
  const { provider, key } = await openChain()
  const signer = new Wallet(key, provider)
  const deploy = async (abi: [], bytecode: string) => {
    const contract = await new ContractFactory(abi, bytecode, signer).deploy()
    await contract.waitForDeployment()
    return (await contract.getAddress()) as Address
  }
  const addresses: Record<string, Address> = {}
  for (const name of ['Twice', 'Square']) addresses[name] = await deploy([], contracts[name]!.evm.bytecode.object)

  const { abi, evm } = contracts.Caller!
  const places = Object.entries(evm.bytecode.linkReferences['Caller.sol']!)
  const references = Object.fromEntries(places.map(([name, found]) => [name, found.map(({ start }) => start)]))
  expect(references.Twice!.length).toBeGreaterThan(1)
  await expect(deploy(abi, `0x${evm.bytecode.object}`)).rejects.toThrow()
  const linked = linkCode(`0x${evm.bytecode.object}`, references, (library) => addresses[library]!)
  const caller = new Contract(await deploy(abi, linked), abi, provider)
  expect(await caller.getFunction('first')(5n)).toBe(10n)
  expect(await caller.getFunction('second')(5n)).toBe(100n)
})
