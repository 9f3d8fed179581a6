import { type Address, HOUR } from '@gristmill/protocol'
import type { Order, OrderEvent, Poll } from '@gristmill/sdk'
import { formatInstant } from '../duration.js'

/** Who looks at an order. */
export type OrderRole = 'buyer' | 'maker' | 'stranger'

/** What decides about the steps beside the order. */
export interface NextStepsView {
  role: OrderRole
  /** Unix seconds on the chain. */
  now: number
  /** Contract that opens disputes for whoever puts up a bond. */
  curation: Address
  events: readonly OrderEvent[]
  /** On this order's run. */
  poll?: Pick<Poll, 'poll' | 'status' | 'closesAt' | 'resolvableUntil'> | undefined
  /** True if the account is asked whether the model of a run may leave; absent if the policy could not be looked up. */
  decides?: boolean | undefined
}

/** Something to do about an order, or what it waits for. */
export interface Step {
  /** To copy; absent where there is nothing to do but wait. */
  command?: string
  why: string
  /** Unix seconds after which the chain takes it, if that is to come. */
  after?: number
  /** Unix seconds, the last at which the chain takes it. */
  until?: number
}

type Known = Pick<Order, 'orderId' | 'kind' | 'status' | 'deadline' | 'deal'>

/** What can be done with an order now or later, what helps most first; empty where nothing is left. */
export function nextStepsOf(order: Known, view: NextStepsView): Step[] {
  switch (order.status) {
    case 'placed':
      return placed(order, view)
    case 'revealed':
    case 'fulfilled':
      return delivered(order, view)
    case 'revealed-disputed':
    case 'fulfilled-disputed':
      return disputed(order, view)
    case 'settled':
      return settled(order, view)
    case 'refunded':
      return [...(view.role === 'buyer' ? [withdraw('the price lies in your Vault balance')] : []), ...resolve(view)]
    case 'none':
      return []
  }
}

function placed({ orderId, kind, deadline }: Known, { role, now, decides }: NextStepsView): Step[] {
  const refund = {
    command: `gristmill order refund ${orderId}`,
    why: role === 'buyer' ? 'take the price back, if nothing came' : 'give the buyer the price back, if nothing came',
    ...opens(now, deadline + HOUR),
  }
  if (now > deadline) return [refund]
  const until = { until: deadline }
  if (role === 'buyer') return [download(orderId, 'fetch it, as soon as it is there', until), refund]
  const isAsked = kind === 'compute' && (decides ?? role === 'maker')
  const decide = {
    command: 'gristmill airlock list',
    why: `decide whether the model may leave, once it waits${decides === undefined ? ', if the policy asks you' : ''}`,
    ...until,
  }
  const waits = {
    why: `nothing to do: its datatrust ${kind === 'compute' ? 'runs and ' : ''}delivers it`,
    ...until,
  }
  return [...(isAsked ? [decide] : role === 'maker' ? [waits] : []), refund]
}

function delivered(order: Known, { role, now, curation }: NextStepsView): Step[] {
  const { orderId, kind, status, deadline } = order
  const isFair = status === 'revealed'
  const settle = {
    command: `gristmill order settle ${orderId}`,
    why: isFair ? 'have it paid out in full' : 'have it closed: the failure part is paid, the rest goes back',
    ...opens(now, deadline),
  }
  if (role !== 'buyer') return [settle]
  const fetch = download(
    orderId,
    kind === 'access' ? 'fetch it and compare every cell' : 'fetch the model and check it',
  )
  const accept = { command: `gristmill order accept ${orderId}`, why: 'pay it in full at once, if it is right' }
  if (now > deadline) return [...(isFair ? [fetch] : []), settle]
  const until = { until: deadline }
  return [
    ...(isFair ? [fetch, accept] : []),
    ...(isFair
      ? [{ command: 'gristmill order complain EVIDENCE', why: 'prove a wrong cell that it found', ...until }]
      : []),
    ...contest(order, curation),
    settle,
  ]
}

/** Only the deal's arbiter opens a dispute; the Curation contract does for the buyer who asks it to. */
function contest({ orderId, deadline: until, deal: { arbiter } }: Known, curation: Address): Step[] {
  if (BigInt(arbiter) === 0n) return []
  if (BigInt(arbiter) !== BigInt(curation))
    return [{ why: `if it is wrong, ask its arbiter ${arbiter} to dispute it`, until }]
  const command = `gristmill dispute ${orderId} --because TEXT`
  return [{ command, why: 'have the share holders decide, if it is wrong; puts up a bond', until }]
}

function disputed({ orderId, status, deadline }: Known, view: NextStepsView): Step[] {
  const { role, now, poll } = view
  const isFair = status === 'revealed-disputed'
  const settle = {
    command: `gristmill order settle ${orderId}`,
    why: `if nobody has ruled: ${isFair ? 'all' : 'the failure part'} is paid`,
    ...opens(now, deadline),
  }
  const accept = {
    command: `gristmill order accept ${orderId}`,
    why: 'pay it in full after all; the votes still decide about the bond',
  }
  const forBuyer = role === 'buyer' ? [accept] : []
  if (poll === undefined) {
    const waits = now > deadline ? [] : [{ why: 'nothing to do: its arbiter rules', until: deadline }]
    return [...waits, settle, ...forBuyer]
  }
  const look = { command: `gristmill poll ${poll.poll}`, why: 'see how the votes stand', until: poll.closesAt }
  const vote = {
    command: `gristmill vote ${poll.poll} yes|no`,
    why: 'vote, if you hold shares of the market',
    until: poll.closesAt,
  }
  return [...(now > poll.closesAt ? [] : [look, vote]), ...resolve(view), settle, ...forBuyer]
}

function settled({ orderId, kind }: Known, view: NextStepsView): Step[] {
  const { role, events } = view
  const parts = events.find((event) => event.type === 'settled')
  const again = kind === 'access' || events.some(({ type }) => type === 'revealed')
  const forBuyer = [
    ...(again ? [download(orderId, 'fetch it again')] : []),
    ...(parts !== undefined && parts.toBuyer > 0n ? [withdraw('what came back lies in your Vault balance')] : []),
  ]
  const forMaker = [withdraw('your part lies in your Vault balance')]
  return [...(role === 'buyer' ? forBuyer : role === 'maker' ? forMaker : []), ...resolve(view)]
}

/** A poll outlives its order: until it is resolved the bond of whoever opened it is held. */
function resolve({ now, poll }: NextStepsView): Step[] {
  if (poll === undefined || poll.status !== 'open') return []
  return [
    {
      command: `gristmill resolve ${poll.poll}`,
      why: 'have the votes counted, the bond paid',
      ...opens(now, poll.closesAt),
    },
  ]
}

const download = (orderId: string, why: string, more: Pick<Step, 'until'> = {}): Step => ({
  command: `gristmill download ${orderId} --out FILE`,
  why,
  ...more,
})

const withdraw = (why: string): Step => ({ command: 'gristmill vault withdraw all', why })

const opens = (now: number, after: number): Pick<Step, 'after'> => (now > after ? {} : { after })

/** One line for people. */
export function stepText({ command, why, after, until }: Step): string {
  const times = [
    ...(after === undefined ? [] : [`after ${formatInstant(after)}`]),
    ...(until === undefined ? [] : [`until ${formatInstant(until)}`]),
  ]
  return `${[...(command === undefined ? [why] : [command]), ...times].join(', ')}${command === undefined ? '' : `: ${why}`}`
}
