import type { SigningRequest } from '@gristmill/sdk'
import { describe, expect, it } from 'vitest'
import type { Io } from '../io.js'
import { UnplannedSignatureError } from '../prompt-errors.js'
import { Guard } from './guard.js'

const TOKEN = `0x${'aB'.repeat(20)}` as const
const withdraw = (amount: bigint): SigningRequest => ({
  kind: 'transaction',
  contract: 'vault',
  address: TOKEN,
  function: 'withdraw',
  args: { token: TOKEN.toLowerCase(), amount, to: TOKEN },
  gasEstimate: 1n,
  gasLimit: 1n,
})
const signature = (primaryType: string): SigningRequest => ({ kind: 'typedData', primaryType, domain: {}, message: {} })

function guarded() {
  const guard = new Guard()
  const { beforeSign } = guard.hooks({} as Io)
  const check = (request: SigningRequest) => () => beforeSign?.(request)
  return { guard, check }
}

const PLAN = {
  title: '',
  signatures: ['Permit'],
  transactions: [{ contract: 'vault', function: 'withdraw', args: { token: TOKEN, amount: 5n }, typicalGas: 1n }],
} as const

describe('what is signed', () => {
  it('is what a plan has shown, once', () => {
    const { guard, check } = guarded()
    guard.admit(PLAN)
    expect(check(signature('Permit'))).not.toThrow()
    expect(check(withdraw(5n))).not.toThrow()
    expect(check(signature('Permit'))).toThrow(UnplannedSignatureError)
    expect(check(withdraw(5n))).toThrow(UnplannedSignatureError)
  })

  it('is nothing without a plan, but log-ins to a datatrust', () => {
    const { check } = guarded()
    expect(check(withdraw(5n))).toThrow(UnplannedSignatureError)
    expect(check(signature('Acceptance'))).toThrow(UnplannedSignatureError)
    expect(check(signature('Request'))).not.toThrow()
  })

  it('is not the same call with another argument', () => {
    const { guard, check } = guarded()
    guard.admit(PLAN)
    expect(check(withdraw(6n))).toThrow(UnplannedSignatureError)
  })
})
