import type { Address } from '@gristmill/protocol'
import { concat, getBytes, isError, type Provider, toBeHex } from 'ethers'

/** Opcodes of the EVM. */
const ISZERO = '0x15'
const EXTCODESIZE = '0x3b'
const MSTORE8 = '0x53'
const PUSH1 = '0x60'
const PUSH20 = '0x73'
const RETURN = '0xf3'

/**
 * Whether there is code at each of at most 255 addresses, asked of the chain by one small call that deploys nothing: the
 * codes themselves are some hundred kilobytes, which nobody reads. A node that takes no such call is asked for them.
 */
export async function haveCode(provider: Provider, addresses: readonly Address[]): Promise<boolean[]> {
  const answer = await provider.call({ data: probeOf(addresses) }).catch((error: unknown) => {
    if (isError(error, 'CALL_EXCEPTION') || isError(error, 'UNKNOWN_ERROR')) return '0x'
    throw error
  })
  const flags = [...getBytes(answer)]
  if (flags.length === addresses.length) return flags.map((flag) => flag === 1)
  return Promise.all(addresses.map(async (address) => (await provider.getCode(address)) !== '0x'))
}

/** A program that returns a byte for each address: 1 where there is code. */
function probeOf(addresses: readonly Address[]): string {
  const looks = addresses.map((address, index) =>
    concat([PUSH20, address, EXTCODESIZE, ISZERO, ISZERO, PUSH1, toBeHex(index, 1), MSTORE8]),
  )
  return concat([...looks, PUSH1, toBeHex(addresses.length, 1), PUSH1, '0x00', RETURN])
}
