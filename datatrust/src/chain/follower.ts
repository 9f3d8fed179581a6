import type { OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { lock } from '../db/locks.js'
import { now } from '../now.js'
import { Loop } from '../worker/loop.js'
import { applyEvent } from './apply-event.js'
import type { BlockMark } from './chain.js'
import { ChainClock } from './chain-clock.js'
import { BlockGoneError } from './chain-errors.js'
import type { ChainEvent } from './chain-event.js'
import { advanceCursor, type Cursor, findCursor, isSameCursor, listMarks, rewindCursor } from './cursor.js'
import { undoAfter, undoAll } from './undo.js'

/** Blocks asked for at once, as far as they are final, */
const SPAN_BLOCKS = 1_000
/** and above: each page ends in a block to which one can go back. */
const OPEN_SPAN_BLOCKS = 32
/** How often the chain may change within one round. */
const CHANGES_MAX = 10

/** Keeps up with the chain. */
export interface Follower {
  /** Reads what the chain has by now; several calls at once are one. */
  sync(): Promise<void>
  /** Takes up what the chain confirms of one order, should it have been passed over. */
  readAgain(orderId: OrderId): Promise<void>
  /** Unix seconds: our clock, set forward where the chain's is ahead; it does not go back. */
  chainTime(): number
  /** Milliseconds since the chain was last read to its end. */
  ageMs(): number
  close(): Promise<void>
}

export function startFollower(ctx: Context): Follower {
  const clock = new ChainClock(now)
  let readAtMs = Number.NEGATIVE_INFINITY
  const sync = () =>
    ctx.tasks.once('follow', async () => {
      ctx.disk.requireReserve()
      const isCurrent = await readOn(ctx)
      await ctx.witnesses.compare(await findCursor(ctx.db))
      clock.see(await ctx.chain.now())
      if (isCurrent) readAtMs = performance.now()
    })
  const { pollIntervalMs: intervalMs } = ctx.config.chain
  const loop = new Loop({ name: 'follower', round: sync, intervalMs, log: ctx.log })
  return {
    sync,
    readAgain: async (orderId) => {
      await sync()
      await readOrderAgain(ctx, orderId)
    },
    chainTime: () => clock.time(),
    ageMs: () => performance.now() - readAtMs,
    close: () => loop.close(),
  }
}

/**
 * Reads the chain from where it stopped last time. What it learns and how far it got are written in one transaction. Blocks
 * that are gone are taken back first, so what is known is always what the blocks up to the cursor say. Several processes may
 * read at once: whoever is first with a page has read it for all. False if the node is behind.
 */
export async function readOn(ctx: Context): Promise<boolean> {
  for (let changes = 0; ; ) {
    const cursor = await findCursor(ctx.db)
    const head = await ctx.chain.blockNumber()
    if (cursor !== undefined && !(await isOnChain(ctx, cursor))) {
      if (await isBehind(ctx, head)) return false
      changes += 1
      if (changes > CHANGES_MAX) throw new BlockGoneError(cursor.hash)
      await goBack(ctx, cursor)
      continue
    }
    const last = head - ctx.config.chain.confirmations + 1
    const next = cursor === undefined ? ctx.config.chain.deployment.deployedAtBlock : cursor.number + 1
    if (next > last) return true
    const page = await readPage(ctx, cursor, next, last)
    if (page === undefined) {
      changes += 1
      if (changes > CHANGES_MAX) return false
      continue
    }
    await learnPage(ctx, cursor, page)
  }
}

interface Page {
  end: Cursor
  events: ChainEvent[]
}

/** Undefined if the chain changed meanwhile, or the node is behind what it said. */
async function readPage(
  ctx: Context,
  cursor: Cursor | undefined,
  next: number,
  last: number,
): Promise<Page | undefined> {
  const finalizedNumber = await ctx.chain.finalizedNumber()
  const isFinal = next <= finalizedNumber
  const to = Math.min(last, isFinal ? finalizedNumber : last, next + (isFinal ? SPAN_BLOCKS : OPEN_SPAN_BLOCKS) - 1)
  const mark = await ctx.chain.block(to)
  if (mark === null) return undefined
  const events = await ctx.chain.events(ctx.config.datatrust, next, to)
  // Both ends stand where they stood before: so does what is between them.
  if (!(await isOnChain(ctx, mark)) || (cursor !== undefined && !(await isOnChain(ctx, cursor)))) return undefined
  return { end: { ...mark, finalizedNumber }, events }
}

async function learnPage(ctx: Context, cursor: Cursor | undefined, { end, events }: Page): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await lock(trx, 'follower')
    if (!isSameCursor(await findCursor(trx), cursor)) return
    for (const event of events) await applyEvent(ctx, trx, event)
    await advanceCursor(trx, end)
  })
  // A block without an event of ours makes others final, and later.
  ctx.worker.wake()
}

/** One order, as far as the chain was read: what is above the cursor comes with its page. */
async function readOrderAgain(ctx: Context, orderId: OrderId): Promise<void> {
  const cursor = await findCursor(ctx.db)
  if (cursor === undefined) return
  const { deployedAtBlock } = ctx.config.chain.deployment
  const events = await ctx.chain.eventsOfOrder(orderId, deployedAtBlock, cursor.number)
  if (!(await isOnChain(ctx, cursor))) throw new BlockGoneError(cursor.hash)
  await ctx.db.transaction().execute(async (trx) => {
    await lock(trx, 'follower')
    const present = await findCursor(trx)
    // Read on meanwhile is as good; gone back is not.
    if (present === undefined || present.number < cursor.number) return
    for (const event of events) await applyEvent(ctx, trx, event)
  })
  ctx.worker.wake()
}

async function isOnChain(ctx: Context, { number, hash }: BlockMark): Promise<boolean> {
  return (await ctx.chain.block(number))?.hash === hash
}

/** True if the node merely has fewer blocks than were read before: what it has is what is remembered. */
async function isBehind(ctx: Context, head: number): Promise<boolean> {
  const marks = await listMarks(ctx.db)
  const top = marks[0]
  if (top === undefined || head >= top.number) return false
  const known = marks.find(({ number }) => number <= head)
  return known !== undefined && (await isOnChain(ctx, known))
}

/** Takes back what blocks told that are not on the chain any more. */
async function goBack(ctx: Context, cursor: Cursor): Promise<void> {
  const fork = await findFork(ctx)
  const depth = cursor.number - (fork?.number ?? 0)
  const words = { block: cursor.number, goesBackTo: fork?.number, depth }
  if ((fork?.number ?? -1) < cursor.finalizedNumber) {
    ctx.log.error(words, 'the chain took back blocks that it had called final')
  } else ctx.log.warn(words, 'the chain took back blocks')
  await ctx.db.transaction().execute(async (trx) => {
    await lock(trx, 'follower')
    if (!isSameCursor(await findCursor(trx), cursor)) return
    if (fork === undefined) await undoAll(trx)
    else await undoAfter(trx, fork.number)
    // What such a block had mined may be on its way again.
    await trx.updateTable('transactions').set({ is_mined: false }).execute()
    const finalizedNumber = Math.min(cursor.finalizedNumber, fork?.number ?? -1)
    await rewindCursor(trx, fork === undefined ? undefined : { ...fork, finalizedNumber })
  })
  ctx.worker.wake()
}

/** A remembered block that is still on the chain, one of the latest. Further down it looks in ever larger steps. */
async function findFork(ctx: Context): Promise<BlockMark | undefined> {
  const marks = await listMarks(ctx.db)
  for (let index = 0, step = 1; index < marks.length; index += step) {
    const mark = marks[index] as BlockMark
    if (await isOnChain(ctx, mark)) return mark
    if (index >= OPEN_SPAN_BLOCKS) step *= 2
  }
  const lowest = marks.at(-1)
  return lowest !== undefined && (await isOnChain(ctx, lowest)) ? lowest : undefined
}
