import type { OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { adoptListing } from '../listings/adopt-listing.js'
import { changeCatalogue, refreshCatalogue } from '../listings/catalogue.js'
import { now } from '../now.js'
import { adoptOrder } from '../orders/adopt-order.js'
import { endOrder } from '../orders/end-order.js'
import { Loop } from '../worker/loop.js'
import type { BlockMark } from './chain.js'
import type { ChainEvent } from './chain-event.js'

/** Blocks asked for at once. */
const SPAN_BLOCKS = 1_000
/** How far to go back when the chain is not the one remembered. */
const REWIND_BLOCKS = 256

/** Keeps up with the chain. */
export interface Follower {
  /** Reads what the chain has by now; several calls at once are one. */
  sync(): Promise<void>
  /** Takes up what the chain confirms of one order, should it have been passed over. */
  readAgain(orderId: OrderId): Promise<void>
  /** Unix seconds: our clock, set forward where the chain's is ahead. */
  chainTime(): number
  /** Milliseconds since the chain was last read to its end. */
  ageMs(): number
  close(): Promise<void>
}

export function startFollower(ctx: Context): Follower {
  let aheadSeconds = 0
  let readAtMs = Number.NEGATIVE_INFINITY
  const sync = () =>
    ctx.tasks.once('follow', async () => {
      ctx.disk.requireReserve()
      await readOn(ctx)
      aheadSeconds = Math.max(0, (await ctx.chain.now()) - now())
      readAtMs = performance.now()
    })
  const { pollIntervalMs: intervalMs } = ctx.config.chain
  const loop = new Loop({ name: 'follower', round: sync, intervalMs, log: ctx.log })
  return {
    sync,
    readAgain: async (orderId) => {
      const { deployment, confirmations } = ctx.config.chain
      const last = (await ctx.chain.blockNumber()) - confirmations + 1
      await learn(ctx, await ctx.chain.eventsOfOrder(orderId, deployment.deployedAtBlock, last))
    },
    chainTime: () => now() + aheadSeconds,
    ageMs: () => performance.now() - readAtMs,
    close: () => loop.close(),
  }
}

/**
 * Reads the chain from where it stopped last time. What it learns and how far it got are written in one transaction;
 * everything it learns may be learnt again.
 */
async function readOn(ctx: Context): Promise<void> {
  const last = (await ctx.chain.blockNumber()) - ctx.config.chain.confirmations + 1
  let next = await resumeAt(ctx, last)
  while (next <= last) {
    const to = Math.min(next + SPAN_BLOCKS - 1, last)
    // NOTE: the mark is read before the events: should the chain change in between, the mark is the old one and tells.
    const mark = await ctx.chain.block(to)
    if (mark === null) return
    const events = await ctx.chain.events(ctx.config.datatrust, next, to)
    await learn(ctx, events, mark)
    next = to + 1
  }
}

async function resumeAt(ctx: Context, last: number): Promise<number> {
  const { deployedAtBlock } = ctx.config.chain.deployment
  const cursor = await ctx.db.selectFrom('cursor').selectAll().executeTakeFirst()
  if (cursor === undefined) return deployedAtBlock
  const known = cursor.block_number > last ? null : await ctx.chain.block(cursor.block_number)
  if (known?.hash === cursor.block_hash) return cursor.block_number + 1
  ctx.log.warn({ block: cursor.block_number }, 'chain changed behind the cursor, reading again')
  const from = Math.max(deployedAtBlock, Math.min(cursor.block_number, last) - REWIND_BLOCKS)
  await refreshCatalogue(ctx, from)
  return from
}

async function learn(ctx: Context, events: readonly ChainEvent[], mark?: BlockMark): Promise<void> {
  let isNews = false
  await ctx.db.transaction().execute(async (trx) => {
    for (const event of events) isNews = (await apply(ctx, trx, event)) || isNews
    if (mark === undefined) return
    const cursor = { id: 1, block_number: mark.number, block_hash: mark.hash }
    await trx
      .insertInto('cursor')
      .values(cursor)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(cursor))
      .execute()
  })
  if (isNews) ctx.worker.wake()
}

/** True if there may be something to do. */
async function apply(ctx: Context, trx: DatabaseTransaction, event: ChainEvent): Promise<boolean> {
  switch (event.type) {
    case 'published':
      return adoptListing(trx, event)
    case 'prices-changed':
    case 'exiting':
      await changeCatalogue(trx, event)
      return false
    case 'order-placed':
      return adoptOrder(ctx, trx, event)
    case 'order-ended':
      return endOrder(trx, event)
  }
}
