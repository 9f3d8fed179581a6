import {
  type Address,
  type Approval,
  approvalTypedData,
  canonicalHash,
  type DomainParams,
  goodsHash,
  type Hex,
  receiptHash,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import {
  ApprovalMismatchError,
  decideRun,
  type RunResult,
  receiptOf,
  SignatureError,
  signReceipt,
  verifyReceipt,
} from '@gristmill/runner'
import { Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'

const domain: DomainParams = { chainId: 31337n, verifyingContract: '0x0000000000000000000000000000000000000007' }
const signer = new Wallet(`0x${'11'.repeat(32)}`)
const maker = new Wallet(`0x${'22'.repeat(32)}`)
const orderId = canonicalHash('order')
const hash = (text: string) => canonicalHash(text)
const goods = {
  termsHash: hash('terms'),
  keyHash: ZERO_BYTES32,
  recipientKey: hash('recipient'),
  algorithm: hash('algorithm'),
  parametersHash: hash('parameters'),
  runtimeDigest: hash('runtime'),
  runId: ZERO_BYTES32,
}
const result: RunResult = {
  verdict: 'OK',
  released: new Uint8Array(3),
  releasedHash: hash('released'),
  releasedBytes: 3,
  metrics: [{ name: 'holdout_accuracy', micros: 980_000 }],
  leakBits: 479,
  fuel: 100n,
  rawOutputHash: hash('raw'),
  salt: new Uint8Array(32),
  privateLog: { rows: 10, trainRows: 8, holdoutRows: 2, reason: 'done', fuelUsed: 5n },
  ownerLogs: [],
}

describe('a receipt', () => {
  const receipt = receiptOf({ orderId, goods, result, provenanceHash: hash('provenance') })

  it('states what the order and the run say, and nothing private', () => {
    expect(receipt).toEqual({
      orderId,
      goodsHash: goodsHash(goods),
      rawOutputHash: result.rawOutputHash,
      releasedHash: result.releasedHash,
      releasedRoot: ZERO_BYTES32,
      provenanceHash: hash('provenance'),
      releasedBytes: 3n,
      leakBits: 479n,
      fuel: 100n,
      verdict: 'OK',
    })
    expect(receiptHash(receipt)).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it('verifies for its signer, its chain and its content only', async () => {
    const signature = await signReceipt(signer, domain, receipt)
    const by = signer.address as Address
    expect(() => verifyReceipt(domain, receipt, signature, by)).not.toThrow()
    expect(() => verifyReceipt(domain, receipt, signature, maker.address as Address)).toThrow(SignatureError)
    expect(() => verifyReceipt({ ...domain, chainId: 1n }, receipt, signature, by)).toThrow(SignatureError)
    expect(() => verifyReceipt(domain, { ...receipt, verdict: 'CHECK' }, signature, by)).toThrow(SignatureError)
    expect(() => verifyReceipt(domain, { ...receipt, releasedHash: hash('other') }, signature, by)).toThrow(
      SignatureError,
    )
    expect(() => verifyReceipt(domain, receipt, '0x12', by)).toThrow(SignatureError)
  })
})

describe('decideRun', () => {
  const decide = async (approval: Approval, by = maker) => {
    const { domain: separator, types, value } = approvalTypedData(domain, approval)
    const signature = (await by.signTypedData(separator, types, value)) as Hex
    return decideRun({ orderId, result, approval, signature, maker: maker.address as Address, domain })
  }
  const approval: Approval = { orderId, releasedHash: result.releasedHash, approved: true }

  it('lets an approved model out', async () => {
    expect(await decide(approval)).toEqual(result)
  })

  it('withholds a model that is not approved', async () => {
    const rejected = await decide({ ...approval, approved: false })
    expect(rejected).toMatchObject({
      verdict: 'REVIEW',
      releasedHash: ZERO_BYTES32,
      releasedBytes: 0,
      metrics: [],
      leakBits: 479,
    })
    expect(rejected.released).toBeUndefined()
  })

  it('takes only the decision of the maker about this very model', async () => {
    await expect(decide(approval, signer)).rejects.toThrow(SignatureError)
    await expect(decide({ ...approval, releasedHash: hash('other') })).rejects.toThrow(ApprovalMismatchError)
    await expect(decide({ ...approval, orderId: hash('other') })).rejects.toThrow(ApprovalMismatchError)
  })
})
