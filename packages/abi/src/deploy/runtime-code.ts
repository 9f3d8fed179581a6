import { type ContractName, type Hex, ZERO_BYTES32 } from '@gristmill/protocol'
import { runtimeLayouts } from '../generated/runtime-layouts.js'
import { type Addresses, CREATIONS, creationCodeOf } from './creations.js'

/** Immutables that hold the address of another contract, by name. The others are caches of OpenZeppelin's EIP-712. */
const PEERS: Readonly<Record<string, ContractName>> = {
  VAULT: 'vault',
  DATATRUSTS: 'datatrusts',
  SHARE: 'share',
  MARKETS: 'markets',
  LISTINGS: 'listings',
  ORDERS: 'orders',
  SIGNALS: 'signals',
  CURATION: 'curation',
}
const WORD_CHARACTERS = 64

/**
 * What is wrong with the code on chain at a contract's address; undefined if it is what these sources compile to, linked with
 * and knowing the other contracts at `addresses`. Immutables that follow from the chain or the contract's own address are
 * not compared.
 */
export function runtimeFault(contract: ContractName, code: Hex | string, addresses: Addresses): string | undefined {
  const { offsetBytes, sizeBytes, immutables } = runtimeLayouts[CREATIONS[contract].solidityName]!
  const bytecode = creationCodeOf(contract, addresses)
  let masked = code.toLowerCase().slice(2)
  const expected = bytecode.toLowerCase().slice(2 + 2 * offsetBytes, 2 + 2 * (offsetBytes + sizeBytes))
  if (masked.length !== expected.length) return `has ${masked.length / 2} bytes of code instead of ${sizeBytes}`
  for (const [name, offsets] of Object.entries(immutables)) {
    for (const offset of offsets) {
      const word = masked.slice(2 * offset, 2 * offset + WORD_CHARACTERS)
      const peer = PEERS[name]
      if (peer !== undefined && word !== addresses[peer].slice(2).toLowerCase().padStart(WORD_CHARACTERS, '0')) {
        return `knows another contract than ${addresses[peer]} as ${peer}`
      }
      masked = masked.slice(0, 2 * offset) + ZERO_BYTES32.slice(2) + masked.slice(2 * offset + WORD_CHARACTERS)
    }
  }
  return masked === expected ? undefined : 'has other code'
}
