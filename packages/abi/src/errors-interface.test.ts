import { Interface, id } from 'ethers'
import { describe, expect, it } from 'vitest'
import { errorsInterface } from './errors-interface.js'

describe('errorsInterface', () => {
  it.each([
    ['Orders_NotBuyer(address,address)', 'the protocol'],
    ['Listings_Unknown(bytes32)', 'the protocol'],
    ['Markets_TooFewShares(uint256,uint256)', 'the protocol'],
    ['Payments_AmountMismatch(address,uint256,uint256)', 'a library'],
    ['ERC6909InsufficientBalance(address,uint256,uint256,uint256)', 'OpenZeppelin'],
    ['ERC20InsufficientAllowance(address,uint256,uint256)', 'the token'],
    ['SafeERC20FailedOperation(address)', 'OpenZeppelin'],
  ])('knows %s of %s', (signature) => {
    expect(errorsInterface.getError(id(signature).slice(0, 10))?.format('sighash')).toBe(signature)
  })

  it('decodes the arguments', () => {
    const data = new Interface(['error Orders_QuoteExpired(uint40 placeBy)']).encodeErrorResult('Orders_QuoteExpired', [
      5n,
    ])
    const parsed = errorsInterface.parseError(data)
    expect([parsed?.name, parsed?.args.toArray()]).toEqual(['Orders_QuoteExpired', [5n]])
  })

  it('does not know a stranger’s error', () => {
    expect(errorsInterface.parseError(id('Stranger()').slice(0, 10))).toBeNull()
  })

  it('holds errors only, each once', () => {
    const signatures = errorsInterface.fragments.map((fragment) => fragment.format('sighash'))
    expect(new Set(signatures).size).toBe(signatures.length)
    expect(errorsInterface.fragments.every(({ type }) => type === 'error')).toBe(true)
  })
})
