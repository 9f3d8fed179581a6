import { type Address, type Hex, STATUSES, ZERO_ADDRESS } from '@gristmill/protocol'
import type { Order, OrderEvent } from '@gristmill/sdk'
import { describe, expect, it } from 'vitest'
import { type NextStepsView, nextStepsOf, type OrderRole, stepText } from './next-steps.js'

const CURATION: Address = `0x${'c0'.repeat(20)}`
const ARBITER: Address = `0x${'ab'.repeat(20)}`
const ID: Hex = `0x${'12'.repeat(32)}`
const DEADLINE = 1_000_000
const HOUR = 3_600
const RUN = [{ type: 'fulfilled', verdict: 'OK' }]
const FAILED = [{ type: 'fulfilled', verdict: 'TIMEOUT' }]
const REVEALED = [{ type: 'revealed' }]
const PAID = [{ type: 'settled', toBuyer: 0n }]
const PART = [{ type: 'settled', toBuyer: 9n }]
const POLL = { poll: 7, status: 'open', closesAt: DEADLINE - 100, resolvableUntil: DEADLINE }

interface Case {
  status: Order['status']
  kind?: Order['kind']
  arbiter?: Address
  events?: object[]
  poll?: object
  /** Seconds after the deadline. */
  late?: number
  /** If whoever looks is asked about the model. */
  decides?: boolean
}

/** What is said to a role, without the order's id. */
function said(
  role: OrderRole,
  { status, kind = 'access', arbiter = ZERO_ADDRESS, events = [], poll, late = -1, decides }: Case,
) {
  const order = { orderId: ID, kind, status, deadline: DEADLINE, deal: { arbiter } } as Order
  const view = { role, now: DEADLINE + late, curation: CURATION, events: events as OrderEvent[], poll, decides }
  return nextStepsOf(order, view as NextStepsView).map(({ command = '-', after, until }) => {
    const times = `${after === undefined ? '' : ` >${after - DEADLINE}`}${until === undefined ? '' : ` <=${until - DEADLINE}`}`
    return command.replace('gristmill ', '').replace(` ${ID}`, '') + times
  })
}

const get = 'download --out FILE'
const complain = 'order complain EVIDENCE <=0'
const dispute = 'dispute --because TEXT <=0'
const [settle, settleLater] = ['order settle', 'order settle >0']
const [accept, withdraw] = ['order accept', 'vault withdraw all']
const votes = ['poll 7 <=-100', 'vote 7 yes|no <=-100']
const run = { kind: 'compute', arbiter: CURATION } as const

describe('the next steps of an order', () => {
  it.each<[string, Case, buyer: string[], maker: string[], stranger: string[]]>([
    [
      'data that is to come',
      { status: 'placed' },
      [`${get} <=0`, `order refund >${HOUR}`],
      ['- <=0', `order refund >${HOUR}`],
      [`order refund >${HOUR}`],
    ],
    [
      'a run that is to come',
      { status: 'placed', kind: 'compute' },
      [`${get} <=0`, `order refund >${HOUR}`],
      ['airlock list <=0', `order refund >${HOUR}`],
      [`order refund >${HOUR}`],
    ],
    [
      'a run that leaves without anybody being asked, or that others review',
      { status: 'placed', kind: 'compute', decides: false },
      [`${get} <=0`, `order refund >${HOUR}`],
      ['- <=0', `order refund >${HOUR}`],
      [`order refund >${HOUR}`],
    ],
    [
      'a run that who looks decides about, as maker or reviewer',
      { status: 'placed', kind: 'compute', decides: true },
      [`${get} <=0`, `order refund >${HOUR}`],
      ['airlock list <=0', `order refund >${HOUR}`],
      ['airlock list <=0', `order refund >${HOUR}`],
    ],
    [
      'what is late',
      { status: 'placed', late: HOUR },
      [`order refund >${HOUR}`],
      [`order refund >${HOUR}`],
      [`order refund >${HOUR}`],
    ],
    ['what never came', { status: 'placed', late: HOUR + 1 }, ['order refund'], ['order refund'], ['order refund']],
    [
      'data whose key is public',
      { status: 'revealed', events: REVEALED },
      [get, accept, complain, settleLater],
      [settleLater],
      [settleLater],
    ],
    ['data whose window is over', { status: 'revealed', events: REVEALED, late: 1 }, [get, settle], [settle], [settle]],
    [
      'a model that was released',
      { ...run, status: 'revealed', events: REVEALED },
      [get, accept, complain, dispute, settleLater],
      [settleLater],
      [settleLater],
    ],
    [
      'a run that no arbiter decides about',
      { status: 'revealed', kind: 'compute', events: REVEALED },
      [get, accept, complain, settleLater],
      [settleLater],
      [settleLater],
    ],
    [
      'a run with an arbiter of its own',
      { status: 'revealed', kind: 'compute', arbiter: ARBITER, events: REVEALED },
      [get, accept, complain, '- <=0', settleLater],
      [settleLater],
      [settleLater],
    ],
    [
      'a run without a model',
      { ...run, status: 'fulfilled', events: FAILED },
      [dispute, settleLater],
      [settleLater],
      [settleLater],
    ],
    [
      'a model that nobody acknowledged',
      { ...run, status: 'fulfilled', events: RUN, late: 1 },
      [settle],
      [settle],
      [settle],
    ],
    [
      'a run that is voted on',
      { ...run, status: 'fulfilled-disputed', events: RUN, poll: POLL, late: -100 },
      [...votes, 'resolve 7 >-100', settleLater, accept],
      [...votes, 'resolve 7 >-100', settleLater],
      [...votes, 'resolve 7 >-100', settleLater],
    ],
    [
      'a run that was voted on',
      { ...run, status: 'fulfilled-disputed', events: RUN, poll: POLL },
      ['resolve 7', settleLater, accept],
      ['resolve 7', settleLater],
      ['resolve 7', settleLater],
    ],
    [
      'a run before an arbiter of its own',
      { status: 'fulfilled-disputed', kind: 'compute', arbiter: ARBITER, events: RUN },
      ['- <=0', settleLater, accept],
      ['- <=0', settleLater],
      ['- <=0', settleLater],
    ],
    [
      'data before an arbiter that was silent',
      { status: 'revealed-disputed', arbiter: ARBITER, events: REVEALED, late: 1 },
      [settle, accept],
      [settle],
      [settle],
    ],
    ['data that is paid', { status: 'settled', events: PAID }, [get], [withdraw], []],
    [
      'a run that was closed for its failure part',
      { ...run, status: 'settled', events: [...FAILED, ...PART] },
      [withdraw],
      [withdraw],
      [],
    ],
    [
      'a model that was accepted while it was voted on',
      { ...run, status: 'settled', events: [...REVEALED, ...PAID], poll: POLL },
      [get, 'resolve 7'],
      [withdraw, 'resolve 7'],
      ['resolve 7'],
    ],
    ['what was refunded', { status: 'refunded' }, [withdraw], [], []],
    [
      'a dispute that was upheld',
      { ...run, status: 'refunded', poll: { ...POLL, status: 'passed' } },
      [withdraw],
      [],
      [],
    ],
  ])('%s', (_what, known, buyer, maker, stranger) => {
    expect(said('buyer', known)).toEqual(buyer)
    expect(said('maker', known)).toEqual(maker)
    expect(said('stranger', known)).toEqual(stranger)
  })

  it('are there for the buyer in every state', () => {
    for (const status of STATUSES.filter((known) => known !== 'none')) {
      for (const late of [-1, 1, HOUR + 1]) expect(said('buyer', { status, late })).not.toEqual([])
    }
  })

  it('are said with their time and their reason', () => {
    expect(stepText({ command: 'gristmill x', why: 'to see', after: 0, until: 60 })).toBe(
      'gristmill x, after 1970-01-01 00:00:00 UTC, until 1970-01-01 00:01:00 UTC: to see',
    )
    expect(stepText({ why: 'nothing to do', until: 60 })).toBe('nothing to do, until 1970-01-01 00:01:00 UTC')
  })
})
