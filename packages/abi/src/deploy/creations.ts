import { type Address, CONTRACT_NAMES, type ContractName, type Hex } from '@gristmill/protocol'
import { concat, getCreateAddress } from 'ethers'
import { ComputableCurve__factory } from '../generated/factories/ComputableCurve__factory.js'
import { Curation__factory } from '../generated/factories/Curation__factory.js'
import { Datatrusts__factory } from '../generated/factories/Datatrusts__factory.js'
import { Fair__factory } from '../generated/factories/Fair__factory.js'
import { FlatCurve__factory } from '../generated/factories/FlatCurve__factory.js'
import { LinearCurve__factory } from '../generated/factories/LinearCurve__factory.js'
import { Listings__factory } from '../generated/factories/Listings__factory.js'
import { Markets__factory } from '../generated/factories/Markets__factory.js'
import { Orders__factory } from '../generated/factories/Orders__factory.js'
import { RootCurve__factory } from '../generated/factories/RootCurve__factory.js'
import { Share__factory } from '../generated/factories/Share__factory.js'
import { Signals__factory } from '../generated/factories/Signals__factory.js'
import { Vault__factory } from '../generated/factories/Vault__factory.js'
import { runtimeLayouts } from '../generated/runtime-layouts.js'
import { linkCode } from './link-code.js'

/** Where each contract is. */
export type Addresses = Readonly<Record<ContractName, Address>>

/** How a contract is made. */
export interface Creation {
  /** As in Solidity. */
  readonly solidityName: string
  /** Of the creation, not linked yet. */
  readonly bytecode: string
  /** The contracts whose addresses its constructor takes, in this order. */
  readonly peers: readonly ContractName[]
}

export const CREATIONS: Readonly<Record<ContractName, Creation>> = {
  vault: { solidityName: 'Vault', bytecode: Vault__factory.bytecode, peers: [] },
  datatrusts: { solidityName: 'Datatrusts', bytecode: Datatrusts__factory.bytecode, peers: ['vault', 'orders'] },
  share: { solidityName: 'Share', bytecode: Share__factory.bytecode, peers: ['markets', 'signals', 'curation'] },
  linearCurve: { solidityName: 'LinearCurve', bytecode: LinearCurve__factory.bytecode, peers: [] },
  flatCurve: { solidityName: 'FlatCurve', bytecode: FlatCurve__factory.bytecode, peers: [] },
  rootCurve: { solidityName: 'RootCurve', bytecode: RootCurve__factory.bytecode, peers: [] },
  computableCurve: { solidityName: 'ComputableCurve', bytecode: ComputableCurve__factory.bytecode, peers: [] },
  markets: { solidityName: 'Markets', bytecode: Markets__factory.bytecode, peers: ['vault', 'share', 'orders'] },
  listings: {
    solidityName: 'Listings',
    bytecode: Listings__factory.bytecode,
    peers: ['vault', 'datatrusts', 'markets', 'curation'],
  },
  fair: { solidityName: 'Fair', bytecode: Fair__factory.bytecode, peers: [] },
  orders: {
    solidityName: 'Orders',
    bytecode: Orders__factory.bytecode,
    peers: ['vault', 'datatrusts', 'markets', 'listings', 'signals', 'curation'],
  },
  signals: {
    solidityName: 'Signals',
    bytecode: Signals__factory.bytecode,
    peers: ['vault', 'markets', 'listings', 'orders'],
  },
  curation: {
    solidityName: 'Curation',
    bytecode: Curation__factory.bytecode,
    peers: ['vault', 'markets', 'listings', 'orders'],
  },
}

/** The addresses that follow from the deployer's nonces, `firstNonce` being that of the first contract. */
export function predictAddresses(deployer: Address, firstNonce: number): Addresses {
  const entries = CONTRACT_NAMES.map((contract, index) => {
    return [contract, getCreateAddress({ from: deployer, nonce: firstNonce + index })] as const
  })
  return Object.fromEntries(entries) as Addresses
}

/** ABI-encoded arguments of a contract's constructor. */
export function constructorArgumentsOf(contract: ContractName, addresses: Addresses): Hex {
  const words = CREATIONS[contract].peers.map((peer) => addresses[peer].slice(2).toLowerCase().padStart(64, '0'))
  return `0x${words.join('')}`
}

/** The libraries that a contract calls, which are contracts of the deployment. */
export function librariesOf(contract: ContractName): ContractName[] {
  return Object.keys(runtimeLayouts[CREATIONS[contract].solidityName]!.libraries).map(named)
}

/** Creation code of a contract, linked. */
export function creationCodeOf(contract: ContractName, addresses: Addresses): Hex {
  const { solidityName, bytecode } = CREATIONS[contract]
  return linkCode(bytecode, runtimeLayouts[solidityName]!.libraries, (library) => addresses[named(library)]) as Hex
}

/** What the transaction that makes a contract carries. */
export function initCodeOf(contract: ContractName, addresses: Addresses): Hex {
  return concat([creationCodeOf(contract, addresses), constructorArgumentsOf(contract, addresses)]) as Hex
}

function named(solidityName: string): ContractName {
  const contract = CONTRACT_NAMES.find((name) => CREATIONS[name].solidityName === solidityName)
  if (contract === undefined) throw new Error(`the library ${solidityName} is not deployed`)
  return contract
}
