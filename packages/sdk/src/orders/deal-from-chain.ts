import type { DealStructOutput, GoodsStructOutput } from '@gristmill/abi'
import { type Address, type Deal, type Goods, type Hex, KINDS, type Kind } from '@gristmill/protocol'
import { BadNumberError } from '../errors/order-errors.js'

/** A deal as a contract tells it. */
export function dealFromChain(deal: DealStructOutput): Deal {
  return {
    listing: deal.listing as Hex,
    buyer: deal.buyer as Address,
    n: deal.n,
    market: deal.market as Hex,
    asset: deal.asset as Address,
    maker: deal.maker as Address,
    operator: deal.operator as Address,
    datatrust: Number(deal.datatrust),
    price: deal.price,
    makerBps: Number(deal.makerBps),
    operatorBps: Number(deal.operatorBps),
    curatorsBps: Number(deal.curatorsBps),
    failureBps: Number(deal.failureBps),
    compensation: deal.compensation,
    kind: kindFromChain(deal.kind),
    placeBy: Number(deal.placeBy),
    fulfilWithin: Number(deal.fulfilWithin),
    window: Number(deal.window),
    arbiter: deal.arbiter as Address,
    ackKey: deal.ackKey as Address,
  }
}

/** Goods as a contract tells them. */
export function goodsFromChain(goods: GoodsStructOutput): Goods {
  return {
    termsHash: goods.termsHash as Hex,
    keyHash: goods.keyHash as Hex,
    recipientKey: goods.recipientKey as Hex,
    algorithm: goods.algorithm as Hex,
    parametersHash: goods.parametersHash as Hex,
    runtimeDigest: goods.runtimeDigest as Hex,
    runId: goods.runId as Hex,
  }
}

/** A kind by its number on chain. */
export function kindFromChain(kind: bigint): Kind {
  return nameOf('kind', KINDS, kind)
}

/** Name of a number on chain; a number without a name comes from a newer contract. */
export function nameOf<Name extends string>(what: string, names: readonly Name[], position: bigint): Name {
  const name = names[Number(position)]
  if (name === undefined) throw new BadNumberError(what, position)
  return name
}
