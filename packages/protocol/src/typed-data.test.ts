import { AbiCoder, concat, keccak256, toUtf8Bytes, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import type { Deal } from './deal.js'
import type { Goods } from './goods.js'
import type { Hex } from './hex.js'
import { dealHash, goodsHash, quoteTypedData, type TypedData, typedDataDigest } from './typed-data.js'

const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const address = (byte: string): Hex => `0x${byte.repeat(20)}`
const deal: Deal = {
  listing: word('01'),
  buyer: address('02'),
  n: 2n ** 255n + 3n,
  market: word('04'),
  asset: address('05'),
  maker: address('06'),
  operator: address('07'),
  datatrust: 8,
  price: 9n,
  makerBps: 7000,
  operatorBps: 500,
  curatorsBps: 200,
  failureBps: 1000,
  compensation: 11n,
  kind: 'compute',
  placeBy: 1_800_000_000,
  fulfilWithin: 3600,
  window: 86_400,
  arbiter: address('00'),
  ackKey: address('0c'),
}
const goods: Goods = {
  termsHash: word('11'),
  keyHash: word('12'),
  recipientKey: word('14'),
  algorithm: word('15'),
  parametersHash: word('16'),
  runtimeDigest: word('17'),
  runId: word('18'),
}
const domain = { chainId: 31337n, verifyingContract: address('aa') }

/** EIP-712 from its definition, by nothing but keccak256 and ABI words. */
function digestByDefinition({ domain, types, value }: TypedData): string {
  const encodeType = (name: string): string =>
    `${name}(${types[name]?.map((field) => `${field.type} ${field.name}`).join(',')})`
  const typeString = (name: string): string => {
    const used = (types[name] ?? []).map((field) => field.type).filter((type) => type in types)
    return encodeType(name) + used.sort().map(encodeType).join('')
  }
  const hashStruct = (name: string, struct: Record<string, unknown>): string =>
    keccak256(
      concat([
        keccak256(toUtf8Bytes(typeString(name))),
        ...(types[name] ?? []).map(({ name: field, type }) =>
          type in types
            ? hashStruct(type, struct[field] as Record<string, unknown>)
            : AbiCoder.defaultAbiCoder().encode([type], [struct[field]]),
        ),
      ]),
    )
  const separator = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
      [
        keccak256(toUtf8Bytes('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')),
        keccak256(toUtf8Bytes(domain.name as string)),
        keccak256(toUtf8Bytes(domain.version as string)),
        domain.chainId,
        domain.verifyingContract,
      ],
    ),
  )
  return keccak256(concat(['0x1901', separator, hashStruct('Quote', value)]))
}

describe('a quote', () => {
  it('has the digest that EIP-712 defines', () => {
    const typed = quoteTypedData(domain, { deal, goods })
    expect(typedDataDigest(typed)).toBe(digestByDefinition(typed))
  })

  it('is signed by an ethers signer over that digest', async () => {
    const { domain: where, types, value } = quoteTypedData(domain, { deal, goods })
    const wallet = Wallet.createRandom()
    const signature = await wallet.signTypedData(where, types, value)
    expect(wallet.signingKey.sign(digestByDefinition({ domain: where, types, value })).serialized).toBe(signature)
  })

  it('is another one in another chain, contract, deal or goods', () => {
    const digests = [
      quoteTypedData(domain, { deal, goods }),
      quoteTypedData({ ...domain, chainId: 1n }, { deal, goods }),
      quoteTypedData({ ...domain, verifyingContract: address('bb') }, { deal, goods }),
      quoteTypedData(domain, { deal: { ...deal, kind: 'access' }, goods }),
      quoteTypedData(domain, { deal, goods: { ...goods, keyHash: word('13') } }),
    ].map(typedDataDigest)
    expect(new Set(digests).size).toBe(digests.length)
  })
})

describe('the hashes that an order keeps', () => {
  it('change with every field', () => {
    const deals = Object.keys(deal).map((field) => {
      const value = deal[field as keyof Deal]
      const changed = typeof value === 'bigint' ? value + 1n : typeof value === 'number' ? value + 1 : undefined
      if (changed !== undefined) return dealHash({ ...deal, [field]: changed })
      if (field === 'kind') return dealHash({ ...deal, kind: 'access' })
      return dealHash({ ...deal, [field]: (value as string).replace(/..$/, 'ff') })
    })
    expect(new Set([dealHash(deal), ...deals]).size).toBe(Object.keys(deal).length + 1)
    expect(goodsHash(goods)).not.toBe(goodsHash({ ...goods, runId: word('19') }))
  })
})
