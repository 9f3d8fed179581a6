import { isError, type Provider } from 'ethers'
import { ChainUnsupportedError } from './deployment-errors.js'

/** PUSH1 0, PUSH1 0, RETURN: makes an empty contract on any EVM. */
const NOTHING = '0x60006000f3'

/** Creation code that uses one opcode and makes an empty contract. */
const PROBES = [
  { opcode: 'PUSH0', code: '0x5f60006000f3' },
  { opcode: 'MCOPY', code: '0x6000600060005e60006000f3' },
  { opcode: 'transient storage (TSTORE)', code: '0x600060005d60006000f3' },
] as const

/** Throws if the chain lacks an opcode that the contracts are compiled to; sends nothing. */
export async function requireOpcodes(provider: Provider, chainId: number): Promise<void> {
  // Of a node that does not simulate creations nothing is learnt here; its estimates will tell.
  if (!(await runs(provider, NOTHING))) return
  for (const { opcode, code } of PROBES) {
    if (!(await runs(provider, code))) throw new ChainUnsupportedError(chainId, opcode)
  }
}

async function runs(provider: Provider, data: string): Promise<boolean> {
  try {
    await provider.call({ data })
    return true
  } catch (error) {
    // A node that cannot be reached has said nothing about opcodes.
    if (isError(error, 'CALL_EXCEPTION') || isError(error, 'UNKNOWN_ERROR')) return false
    throw error
  }
}
