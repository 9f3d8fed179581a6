import { id, ZeroHash } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { ackBy, contentIn, Parcel, revealed, revealedRun } from '../../test/trade/delivery.ts'
import { ACK_KEY, fairly, goodsHashOf, placed, signedReceipt } from '../../test/trade/quotes.ts'
import { CONFIG, KIND } from '../../test/trade/terms.ts'
import { publish, termsHashOf, type World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import { numberOf } from './orders-in.ts'
import { SparseParcel } from './sparse-parcel.ts'

export const MEBIBYTE = 2 ** 20
export const TEBIBYTE = 2 ** 40

export async function reveal(world: World): Promise<Step[]> {
  const parcel = new Parcel(1, { seed: 'sold' })
  const content = contentIn(parcel)
  const listing = await publish(world, { salt: id('sold'), content })
  await world.chain.wait(CONFIG.activationSeconds)
  const terms = fairly(KIND.ACCESS, parcel.keyHash, { deal: { listing, n: numberOf('fair') } })
  const goods = { ...terms.goods, termsHash: termsHashOf(content), recipientKey: ZeroHash }
  const quote = await placed(world, KIND.ACCESS, { ...terms, goods })
  const { cipherRoot, key } = parcel
  const ack = await ackBy(world, ACK_KEY, quote.deal, parcel.delivery(ZeroHash))
  const sending = by(world.signer, world.orders).reveal(quote.deal, quote.goods, content, cipherRoot, key, ack)
  return [await step('datatrust: Orders.reveal', sending)]
}

/** A wrong cell in a tree of this size. */
export async function complain(world: World, sizeBytes: number): Promise<Step[]> {
  const parcel = new SparseParcel(sizeBytes)
  const { quote, delivery } = await revealed(world, parcel, { deal: { n: numberOf('wrong') } })
  const sending = by(world.stranger, world.orders).complain(
    quote.deal,
    goodsHashOf(quote.goods),
    delivery,
    parcel.evidence(),
  )
  return [await step('anyone: Orders.complain', sending)]
}

/** A model is revealed, and its datatrust has signed another receipt, too. */
export async function contradict(world: World): Promise<Step[]> {
  const parcel = new Parcel(1, { seed: 'contradicted' })
  const { quote, delivery, receipt } = await revealedRun(world, parcel, { deal: { n: numberOf('contradicted') } })
  const signed = await signedReceipt(world, world.signer, { ...receipt, rawOutputHash: id('another output') })
  const sending = by(world.stranger, world.orders).contradict(quote.deal, delivery, receipt, ...signed)
  return [await step('anyone: Orders.contradict', sending)]
}
