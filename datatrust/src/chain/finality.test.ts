import { describe, expect, it } from 'vitest'
import { Finality, isFinality } from './finality.js'

const token = `0x${'ab'.repeat(20)}`
const other = `0x${'cd'.repeat(20)}`
type Token = Parameters<Finality['of']>[0]

describe('finality', () => {
  it('asks for more the more is paid, by token', () => {
    const finality = new Finality(`0:1,1000:12,5000:finalized;${token}=0:3`)
    const of = (name: string, value: bigint) => finality.of(name as Token, value)
    expect([0n, 999n, 1_000n, 4_999n, 5_000n].map((value) => of(other, value))).toEqual([1, 1, 12, 12, 'finalized'])
    expect(finality.asksChain).toBe(true)
  })

  it('leaves tokens that are not named to the chain', () => {
    expect(new Finality(`0x${'AB'.repeat(20)}=0:3`).of(other as Token, 1n)).toBe('finalized')
    expect(new Finality('0:1').asksChain).toBe(false)
  })

  it.each(['', '1:1', '0:0', '0:1,0:2', '0:1,10:2,5:3', '0:soon', '0:1;0:2', 'x=0:1', '0:-1', '0:1e3'])(
    'is refused if it is %j',
    (text) => {
      expect(isFinality(text)).toBe(false)
    },
  )
})
