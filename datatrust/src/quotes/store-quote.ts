import {
  type Deal,
  dealSchema,
  type Goods,
  goodsSchema,
  type Hex,
  type OrderId,
  type Quote,
  quoteTypedData,
  type RequestQuote,
  toWire,
  typedDataDigest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { QuoteRow } from '../db/schema.js'
import { signTypedData } from '../sign.js'

export interface StoreQuoteParams {
  orderId: OrderId
  deal: Deal
  goods: Goods
  /** What it answers. */
  request: Pick<RequestQuote, 'ackKey' | 'recipientPublicKey' | 'algorithm' | 'parameters' | 'joint'>
  /** Of a fair exchange. */
  quoteId?: Hex | undefined
  /** The algorithm is the content of a listing, not what the sponsor sent. */
  isAlgorithmListed?: boolean | undefined
}

/** Signs a quote and remembers what it was made for; returns when it is durable. */
export async function storeQuote(ctx: Context, params: StoreQuoteParams): Promise<Quote> {
  const { orderId, deal, goods, request, quoteId, isAlgorithmListed = false } = params
  const message = quoteTypedData(ctx.chain.ordersDomain, { deal, goods })
  const signature = await signTypedData(ctx.secrets.signer, message)
  await ctx.db
    .insertInto('quotes')
    .values({
      digest: typedDataDigest(message),
      order_id: orderId,
      deal: toWire(deal),
      goods: toWire(goods),
      signature,
      recipient_public_key: request.recipientPublicKey ?? null,
      ack_key: request.ackKey ?? null,
      quote_id: quoteId ?? null,
      algorithm: isAlgorithmListed ? null : (request.algorithm ?? null),
      parameters: request.algorithm === undefined ? null : JSON.stringify(request.parameters ?? {}),
      run_id: goods.runId === ZERO_BYTES32 ? null : goods.runId,
      run_size: request.joint?.length ?? null,
      buyer: deal.buyer,
      maker: deal.maker,
      kind: deal.kind,
      place_by: deal.placeBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return { deal, goods, signature }
}

/** A remembered quote as it was given. */
export function quoteOf({ deal, goods, signature }: QuoteRow): Quote {
  return { deal: dealSchema.parse(JSON.parse(deal)), goods: goodsSchema.parse(JSON.parse(goods)), signature }
}
