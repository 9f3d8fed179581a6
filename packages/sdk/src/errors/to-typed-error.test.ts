import { errorsInterface } from '@gristmill/abi'
import { ErrorFragment, encodeBytes32String, Interface } from 'ethers'
import { describe, expect, it } from 'vitest'
import { ContractRevertError } from './contract-revert-error.js'
import { REVERT_REMEDIES } from './revert-remedies.js'
import { revertToError, toTypedError } from './to-typed-error.js'

/** Not declared by any contract: the language's own, and what cannot be decoded. */
const UNDECLARED = ['Error', 'Panic', 'UnknownRevert']

const declared = errorsInterface.fragments.filter(ErrorFragment.isFragment).map((fragment) => fragment.name)

describe('remedies of reverts', () => {
  it('exist for every error of every contract', () => {
    expect(declared.filter((name) => REVERT_REMEDIES[name] === undefined)).toEqual([])
    expect(declared.length).toBeGreaterThan(60)
  })

  it('exist for no error that is gone', () => {
    expect(Object.keys(REVERT_REMEDIES).filter((name) => ![...declared, ...UNDECLARED].includes(name))).toEqual([])
  })

  it('say what happened and what to do', () => {
    for (const [name, text] of Object.entries(REVERT_REMEDIES)) expect(text, name).toMatch(/^.+[:;,.] .+\.$/s)
  })
})

describe('a revert', () => {
  it('becomes its error with name, code and arguments', () => {
    const error = revertToError(errorsInterface.encodeErrorResult('Orders_QuoteExpired', [1_700_000_000]))
    expect(error).toBeInstanceOf(ContractRevertError)
    expect(error).toMatchObject({
      errorName: 'Orders_QuoteExpired',
      code: 'ORDERS_QUOTE_EXPIRED',
      args: { placeBy: 1_700_000_000n },
      details: { errorName: 'Orders_QuoteExpired', args: { placeBy: '1700000000' } },
    })
  })

  it('names the field of a deal in words', () => {
    const field = encodeBytes32String('price')
    const data = errorsInterface.encodeErrorResult('Orders_DealMismatch', [field, `0x${'0'.repeat(64)}`, field])
    expect(revertToError(data).args).toMatchObject({ field: 'price' })
  })

  it('of the language itself keeps its reason', () => {
    const strings = new Interface(['error Error(string reason)'])
    expect(revertToError(strings.encodeErrorResult('Error', ['paused']))).toMatchObject({
      errorName: 'Error',
      args: { reason: 'paused' },
    })
  })

  it.each(['0x', '0xdeadbeef', '0x12', `${errorsInterface.getError('Orders_QuoteExpired')?.selector}ff`, null])(
    'that nobody knows (%s) is unknown, not a crash',
    (data) => {
      expect(revertToError(data)).toMatchObject({ errorName: 'UnknownRevert', code: 'UNKNOWN_REVERT' })
    },
  )
})

describe('any other failure', () => {
  it.each([
    [{ code: 'INSUFFICIENT_FUNDS' }, 'INSUFFICIENT_FUNDS'],
    [{ code: 'ACTION_REJECTED' }, 'REJECTED'],
    [{ code: 'NETWORK_ERROR' }, 'CHAIN_UNREACHABLE'],
    [{ code: 'SERVER_ERROR' }, 'CHAIN_UNREACHABLE'],
    [{ code: 'ECONNREFUSED' }, 'CHAIN_UNREACHABLE'],
    [{ code: 'NONCE_EXPIRED' }, 'TRANSACTION_REPLACED'],
    [{ code: 'INVALID_ARGUMENT', shortMessage: 'invalid address' }, 'CHAIN_ERROR'],
    [{}, 'CHAIN_ERROR'],
  ])('%j becomes %s', (fields, code) => {
    expect(toTypedError(Object.assign(new Error('from below'), fields))).toMatchObject({ code })
  })

  it('that is ours already stays as it is', () => {
    const error = new ContractRevertError('Orders_Empty', {})
    expect(toTypedError(error)).toBe(error)
  })
})
