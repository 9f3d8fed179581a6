import type { Localnet } from '@gristmill/localnet'
import type { Address, Hex } from '@gristmill/protocol'
import { id } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChainUnreachableError, jsonRpcProvider, verifySignature } from '../src/index.js'
import { startTestLocalnet, walletOf } from './_util.js'

/** Runtime code of accounts that answer `isValidSignature` by ERC-1271, each in its own way; at most 16 bytes. */
const ACCOUNTS = {
  // Returns 0x1626ba7e, whatever was signed.
  agrees: '631626ba7e60e01b60005260206000f3',
  // Returns a word of zeros.
  declines: '60206000f3',
  // Returns the magic value with dirt behind it.
  mumbles: '641626ba7e0160d81b5f5260205ff3',
  reverts: '60006000fd',
  // Jumps in a circle until its gas is used up.
  loops: '5b600056',
}

const digest = id('what is signed') as Hex
const GARBAGE: Hex = '0x1234'

let localnet: Localnet
const contracts = {} as Record<keyof typeof ACCOUNTS, Address>

beforeAll(async () => {
  localnet = await startTestLocalnet()
  const wallet = walletOf(localnet, 'stranger')
  for (const [name, code] of Object.entries(ACCOUNTS)) {
    // PUSH16 code, MSTORE at 0, RETURN its 16 bytes; short code is followed by STOP.
    const data = `0x6f${code.padEnd(32, '0')}60005260106010f3`
    const receipt = await (await wallet.sendTransaction({ data })).wait()
    contracts[name as keyof typeof ACCOUNTS] = receipt?.contractAddress as Address
  }
})
afterAll(() => localnet?.close())

const verify = (account: Address, signature: Hex) =>
  verifySignature(jsonRpcProvider(localnet.url), { account, digest, signature })

describe('a signature by a key', () => {
  it('holds for its account alone', async () => {
    const wallet = walletOf(localnet, 'buyer')
    const signature = wallet.signingKey.sign(digest).serialized as Hex
    expect(await verify(localnet.actors.buyer.address, signature)).toBe(true)
    expect(await verify(localnet.actors.buyer.address.toLowerCase() as Address, signature)).toBe(true)
    expect(await verify(localnet.actors.maker.address, signature)).toBe(false)
  })

  it.each<Hex>(['0x', GARBAGE, `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`])(
    'is none if it is %s',
    async (signature) => {
      expect(await verify(localnet.actors.buyer.address, signature)).toBe(false)
    },
  )
})

describe('a signature by a contract', () => {
  it('is what the contract says it is', async () => {
    expect(await verify(contracts.agrees, GARBAGE)).toBe(true)
    expect(await verify(contracts.declines, GARBAGE)).toBe(false)
  })

  it.each(['mumbles', 'reverts', 'loops'] as const)('is none if the contract %s', async (name) => {
    expect(await verify(contracts[name], GARBAGE)).toBe(false)
  })
})

describe('a node that is gone', () => {
  it('is not taken for a wrong signature', async () => {
    const other = await startTestLocalnet()
    const provider = jsonRpcProvider(other.url)
    await provider.getBlockNumber()
    await other.close()
    const check = verifySignature(provider, { account: contracts.agrees, digest, signature: GARBAGE })
    await expect(check).rejects.toBeInstanceOf(ChainUnreachableError)
  })
})
