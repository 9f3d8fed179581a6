import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { BPS, type Hex, type ListingId, type OrderId, receiptHash, toWire } from '@gristmill/protocol'
import { createExecutors, createWasmExecutor, readSafetensors } from '@gristmill/runner'
import { type Client, createSessionKey, type SessionKey } from '@gristmill/sdk'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConfig } from '../src/config/config.js'
import type { Server } from '../src/index.js'
import {
  COMPUTE_PRICE,
  clientOf,
  makeCsv,
  PATIENCE_MS,
  policyFor,
  publish,
  type Stage,
  setStage,
  sha256,
  startOn,
  until,
} from './_util.js'
import { constantModel, endlessLoop, nanModel, trap } from './_wat.js'

describe('selling runs', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let sponsor: Client
  let stranger: Client
  /** What the operator reads. */
  const errors: string[] = []

  beforeAll(async () => {
    stage = await setStage()
    // Enough fuel for every honest run here, and little enough that an endless one ends soon.
    const executors = createExecutors([createWasmExecutor({ fuel: 50_000_000n })])
    const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
    server = await startOn(stage, { executors, log })
    maker = await clientOf(stage.localnet, 'maker', server.url)
    sponsor = await clientOf(stage.localnet, 'sponsor', server.url)
    stranger = await clientOf(stage.localnet, 'stranger', server.url)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  async function listed(module: Uint8Array, overrides: Parameters<typeof policyFor>[1] = {}) {
    const { algorithm } = await sponsor.orders.sendAlgorithm({ module })
    const policy = policyFor(algorithm, overrides)
    const { listing } = await publish(maker, stage.market, { policy })
    return { algorithm, listing }
  }

  const session: SessionKey = createSessionKey()
  const ackKey = session.address

  async function order({ algorithm, listing }: { algorithm: Hex; listing: ListingId }): Promise<OrderId> {
    const parameters = { rounds: 1 }
    const quote = await sponsor.orders.quote({ listing, kind: 'compute', ackKey, algorithm, parameters })
    return (await sponsor.orders.place({ quote, payment: 'permit' })).orderId
  }

  const collect = (orderId: OrderId) => sponsor.orders.collectModel({ orderId, session, pollMs: 20 })

  async function pendingOf(orderId: OrderId) {
    return until(async () => (await maker.listings.approvals()).find((pending) => pending.orderId === orderId))
  }

  it('runs, waits for the maker, releases, and the model is what the receipt says', async () => {
    const offer = await listed(constantModel())
    const orderId = await order(offer)
    const { releasedHash, rowsAtMost, leakBits, verdict } = await pendingOf(orderId)
    expect({ verdict, leakBits }).toMatchObject({ verdict: 'OK' })
    expect(rowsAtMost).toBeGreaterThan(0)
    const document = await maker.listings.get({ listing: offer.listing })
    expect(document).toMatchObject({ document: { rowsAtMost } })
    await expect(collect(orderId)).rejects.toMatchObject({ code: 'BAD_ANSWER' })

    await expect(stranger.listings.decide({ orderId, releasedHash, approved: true })).rejects.toMatchObject({
      code: 'APPROVAL_NOT_FOUND',
    })
    await maker.listings.decide({ orderId, releasedHash, approved: true })
    await maker.listings.decide({ orderId, releasedHash, approved: true })
    await expect(
      maker.listings.decide({ orderId, releasedHash, approved: false, because: 'other' }),
    ).rejects.toMatchObject({
      code: 'APPROVAL_CONFLICT',
    })
    await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })

    // Before it is paid for, the receipt says what it is, and nothing says how good it is.
    expect(await sponsor.orders.document({ orderId })).not.toHaveProperty('metrics')
    const { model, receipt, provenance, metrics } = await collect(orderId)
    expect((await sponsor.orders.status({ orderId })).status).toBe('revealed')
    expect(sha256(model)).toBe(releasedHash)
    expect(
      readSafetensors(model)
        .tensors.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['coef', 'intercept'])
    expect(metrics.map(({ name }) => name)).toContain('holdout_accuracy')
    expect(receipt.verdict).toBe('OK')
    expect(provenance.subject).toEqual([{ name: 'model', digest: { sha256: releasedHash.slice(2) } }])
    const events = await sponsor.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    const revealed = events.find((event) => event.type === 'revealed')
    expect(revealed?.delivery).toMatchObject({ receiptHash: receiptHash(receipt), contentRoot: receipt.releasedRoot })
    const { settled } = await sponsor.orders.accept({ orderId })
    expect(settled[0]?.toBuyer).toBe(0n)
    await expect(collect(orderId)).resolves.toMatchObject({ model })
  }, 90_000)

  it('uses nothing of data that is not what was listed, and runs once it is back, debited once', async () => {
    const folder = join(stage.directory, 'blobs/blobs/assets')
    const storedBy = async (put: () => Promise<unknown>) => {
      const before = await readdir(folder).catch((): string[] => [])
      await put()
      const added = (await readdir(folder)).filter((name) => !before.includes(name))
      expect(added).toHaveLength(1)
      return join(folder, added[0]!)
    }
    const swap = async (one: string, other: string) => {
      await rename(one, `${one}-aside`)
      await rename(other, one)
      await rename(`${one}-aside`, other)
    }
    const { algorithm } = await sponsor.orders.sendAlgorithm({ module: constantModel() })
    const policy = policyFor(algorithm)
    let listing: ListingId | undefined
    const ordered = await storedBy(async () => {
      listing = (await publish(maker, stage.market, { policy })).listing
    })
    const other = await storedBy(() => publish(maker, stage.market, { policy }))
    const before = await sponsor.listings.budget({ listing: listing! })
    await swap(ordered, other)
    const orderId = await order({ algorithm, listing: listing! })
    const left = async () => (await sponsor.listings.budget({ listing: listing! })).left.bits
    await until(async () => errors.some((line) => line.includes(orderId) && line.includes('order step failed')))
    expect(await left()).toBe(before.left.bits - before.run.bits)
    expect(await maker.listings.approvals()).toEqual([])
    expect(await sponsor.orders.document({ orderId })).toEqual({ orderId, kind: 'compute', state: 'running' })
    expect((await sponsor.orders.status({ orderId })).status).toBe('placed')
    await swap(ordered, other)
    expect(await pendingOf(orderId)).toMatchObject({ verdict: 'OK' })
    expect(await left()).toBe(before.left.bits - before.run.bits)
    expect((await maker.listings.approvals()).map((pending) => pending.orderId)).toEqual([orderId])
    const { releasedHash } = await pendingOf(orderId)
    await maker.listings.decide({ orderId, releasedHash, approved: false, because: 'disclosive' })
  }, 90_000)

  it('releases nothing that the maker rejects, and takes failureBps only', async () => {
    const orderId = await order(await listed(constantModel()))
    const { releasedHash } = await pendingOf(orderId)
    expect(await maker.listings.approval({ orderId })).toMatchObject({
      state: 'submitted',
      releasedHash,
      privateLog: { reason: 'done', measurements: { holdout_accuracy: expect.any(Number) }, findings: [] },
    })
    for (const other of [sponsor, stranger]) {
      await expect(other.listings.approval({ orderId })).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' })
    }
    expect((await fetch(`${server.url}/v1/approvals/${orderId}`)).status).toBe(401)
    await maker.listings.decide({ orderId, releasedHash, approved: false, because: 'disclosive' })
    expect(await maker.listings.approval({ orderId })).toMatchObject({ state: 'rejected', verdict: 'REVIEW' })
    const { receipt } = await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
    expect(receipt).toMatchObject({ verdict: 'REVIEW', releasedBytes: 0n })
    // Neither receipt nor statement tells what was kept back.
    const { provenance } = await sponsor.orders.receipt({ orderId })
    expect(provenance.subject[0].name).toBe('rawOutput')
    expect(toWire({ receipt, provenance })).not.toContain(releasedHash.slice(2))
    const { status, deadline } = await sponsor.orders.status({ orderId })
    expect(status).toBe('fulfilled')
    await expect(sponsor.orders.accept({ orderId })).rejects.toMatchObject({ code: 'NOTHING_RELEASED' })
    await stage.localnet.advance(deadline - (await sponsor.chainTime()) + 2)
    const { settled } = await sponsor.orders.settle({ orders: [orderId] })
    expect(settled[0]?.toBuyer).toBe(COMPUTE_PRICE - (COMPUTE_PRICE * 1_000n) / BigInt(BPS))
    await expect(collect(orderId)).rejects.toMatchObject({ code: 'RUN_FAILED' })
  }, 90_000)

  describe('under a policy of two reviewers', () => {
    let curator: Client
    let patron: Client
    const addressOf = (name: 'maker' | 'curator' | 'patron' | 'sponsor') => stage.localnet.actors[name].address
    beforeAll(async () => {
      curator = await clientOf(stage.localnet, 'curator', server.url)
      patron = await clientOf(stage.localnet, 'patron', server.url)
    })

    async function reviewed(...names: Parameters<typeof addressOf>[0][]) {
      const orderId = await order(await listed(constantModel(), { reviewers: names.map(addressOf) }))
      const reviewer = names[0] === 'curator' ? curator : maker
      return until(async () => (await reviewer.listings.approvals()).find((pending) => pending.orderId === orderId))
    }
    const stateFor = async (client: Client, orderId: OrderId) => {
      const { state, approvedBy, approvalsNeeded } = await client.listings.approval({ orderId })
      return { state, approvedBy, approvalsNeeded }
    }

    it('releases what two different ones approved, and not what one approved twice', async () => {
      const { orderId, releasedHash, ...pending } = await reviewed('curator', 'patron', 'maker')
      expect(pending).toMatchObject({ approvedBy: [], approvalsNeeded: 2 })
      const approve = { orderId, releasedHash, approved: true }
      for (const other of [stranger, sponsor]) {
        await expect(other.listings.decide(approve)).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' })
        await expect(other.listings.approval({ orderId })).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' })
      }
      await Promise.all(Array.from({ length: 5 }, () => curator.listings.decide(approve)))
      const once = { state: 'partially-reviewed', approvedBy: [addressOf('curator')], approvalsNeeded: 2 }
      for (const client of [curator, patron, maker]) expect(await stateFor(client, orderId)).toEqual(once)
      expect((await curator.listings.approvals()).some((one) => one.orderId === orderId)).toBe(false)
      expect((await patron.listings.approvals()).some((one) => one.orderId === orderId)).toBe(true)
      await expect(curator.listings.decide({ ...approve, approved: false, because: 'other' })).rejects.toMatchObject({
        code: 'APPROVAL_CONFLICT',
      })
      await patron.listings.decide(approve)
      await Promise.all([curator.listings.decide(approve), patron.listings.decide(approve)])
      expect(sha256((await collect(orderId)).model)).toBe(releasedHash)
      const both = [addressOf('curator'), addressOf('patron')]
      expect(await stateFor(maker, orderId)).toMatchObject({ approvedBy: both })
      // Too late for the third.
      await expect(maker.listings.decide(approve)).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' })
    }, 90_000)

    it('releases nothing once one of them rejects, with a reason, whoever approved or approves', async () => {
      const { orderId, releasedHash } = await reviewed('curator', 'patron')
      const decision = { orderId, releasedHash }
      // The owner sees it, and has no voice.
      expect(await stateFor(maker, orderId)).toMatchObject({ state: 'submitted' })
      expect((await maker.listings.approvals()).some((one) => one.orderId === orderId)).toBe(false)
      await expect(maker.listings.decide({ ...decision, approved: true })).rejects.toMatchObject({
        code: 'APPROVAL_NOT_FOUND',
      })
      await expect(curator.listings.decide({ ...decision, approved: false })).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      })
      const reject = { ...decision, approved: false, because: 'disclosive' as const }
      await curator.listings.decide(reject)
      await curator.listings.decide(reject)
      await expect(patron.listings.decide({ ...decision, approved: true })).rejects.toMatchObject({
        code: 'APPROVAL_CONFLICT',
      })
      expect(await stateFor(patron, orderId)).toMatchObject({ state: 'rejected', approvedBy: [] })
      const { receipt } = await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
      expect(receipt).toMatchObject({ verdict: 'REVIEW', releasedBytes: 0n })
    }, 90_000)

    it('lets nobody review what they ordered, and sells no run that too few could approve', async () => {
      await expect(reviewed('maker', 'sponsor')).rejects.toMatchObject({ code: 'TOO_FEW_REVIEWERS' })
      const { orderId, releasedHash } = await reviewed('curator', 'maker', 'sponsor')
      const approve = { orderId, releasedHash, approved: true }
      expect(await sponsor.listings.approvals()).toEqual([])
      await expect(sponsor.listings.approval({ orderId })).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' })
      await expect(sponsor.listings.decide(approve)).rejects.toMatchObject({ code: 'OWN_ORDER_APPROVAL' })
      await Promise.all([curator.listings.decide(approve), maker.listings.decide(approve)])
      expect(sha256((await collect(orderId)).model)).toBe(releasedHash)
    }, 90_000)
  })

  it('posts the receipt alone where nobody acknowledges the model, which is then gone for its sponsor', async () => {
    const orderId = await order(await listed(constantModel()))
    const { releasedHash } = await pendingOf(orderId)
    await maker.listings.decide({ orderId, releasedHash, approved: true })
    await sponsor.orders.wait({ orderId, until: ['ready'], pollMs: 50, timeoutMs: PATIENCE_MS })
    const { deadline } = await sponsor.orders.status({ orderId })
    const { fulfilMarginSeconds } = createConfig(stage.params).terms
    await stage.localnet.advance(deadline - 2 * fulfilMarginSeconds - (await sponsor.chainTime()) + 1)
    const { receipt } = await sponsor.orders.wait({ orderId, until: ['done'], pollMs: 50, timeoutMs: PATIENCE_MS })
    expect(receipt).toMatchObject({ verdict: 'OK', releasedHash })
    expect((await sponsor.orders.status({ orderId })).status).toBe('fulfilled')
    await expect(collect(orderId)).rejects.toMatchObject({ code: 'NOT_REVEALED' })
    const { deadline: settlesAfter } = await sponsor.orders.status({ orderId })
    await stage.localnet.advance(settlesAfter - (await sponsor.chainTime()) + 2)
    const { settled } = await sponsor.orders.settle({ orders: [orderId] })
    expect(settled[0]?.toBuyer).toBe(COMPUTE_PRICE - (COMPUTE_PRICE * 1_000n) / BigInt(BPS))
  }, 90_000)

  it.each([
    ['loops for ever', endlessLoop, 'FUEL'],
    ['returns NaN', nanModel, 'CONTRACT'],
    ['traps', trap, 'ALGO_ERROR'],
  ])(
    'fails an algorithm that %s, without asking anybody',
    async (_what, module, verdict) => {
      const orderId = await order(await listed(module()))
      const { receipt } = await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
      expect(receipt?.verdict).toBe(verdict)
      expect((await sponsor.orders.status({ orderId })).status).toBe('fulfilled')
    },
    30_000,
  )

  it('charges every run once and quotes no more when the budget is used up', async () => {
    const offer = await listed(trap(), { runs: 2 })
    for (let run = 0; run < 2; run++) {
      await sponsor.orders.wait({ orderId: await order(offer), pollMs: 50, timeoutMs: PATIENCE_MS })
    }
    await expect(order(offer)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  }, 90_000)

  it('tells whoever asks what is left, in all and for them', async () => {
    const other = await listed(constantModel())
    const before = await sponsor.listings.budget(other)
    expect(before.left.bits).toBeGreaterThanOrEqual(before.run.bits)
    const orderId = await order(other)
    await pendingOf(orderId)
    const after = await sponsor.listings.budget(other)
    expect(after.left.bits).toBe(before.left.bits - before.run.bits)
    expect(after.sponsorLeft.bits).toBe(before.sponsorLeft.bits - before.run.bits)
    const { left, sponsorLeft } = await stranger.listings.budget(other)
    expect(left).toEqual(after.left)
    expect(sponsorLeft.bits).toBeGreaterThan(after.sponsorLeft.bits)
    const ask = (path: string) => fetch(`${server.url}/v1/listings/${path}/budget`)
    expect((await ask(other.listing)).status).toBe(401)
    const unknown = { listing: `0x${'77'.repeat(32)}` as ListingId }
    await expect(sponsor.listings.budget(unknown)).rejects.toMatchObject({ code: 'LISTING_NOT_FOUND' })
    const { listing } = await publish(maker, stage.market, {})
    await expect(sponsor.listings.budget({ listing })).rejects.toMatchObject({ code: 'LISTING_NOT_FOUND' })
  }, 60_000)

  it('runs no order whose budget was used up between quote and run', async () => {
    const { algorithm, listing } = await listed(constantModel(), { runs: 1 })
    const parameters = { rounds: 1 }
    const wish = { listing, kind: 'compute' as const, ackKey, algorithm, parameters }
    const quotes = [await sponsor.orders.quote(wish), await sponsor.orders.quote(wish)]
    const orderIds: OrderId[] = []
    for (const quote of quotes) orderIds.push((await sponsor.orders.place({ quote, payment: 'permit' })).orderId)
    const [first, second] = orderIds as [OrderId, OrderId]
    await pendingOf(first)
    await expect(sponsor.orders.wait({ orderId: second, pollMs: 50, timeoutMs: PATIENCE_MS })).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
    })
    expect((await sponsor.orders.status({ orderId: second })).status).toBe('placed')
  }, 90_000)

  it('refuses modules and parameters outside of the policy before anybody pays', async () => {
    const { algorithm, listing } = await listed(constantModel())
    const wish = { listing, kind: 'compute' as const, ackKey }
    const quote = (run: { algorithm: Hex; parameters: Record<string, number> }) =>
      sponsor.orders.quote({ ...wish, ...run })
    await expect(quote({ algorithm, parameters: { rounds: 101 } })).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    await expect(quote({ algorithm, parameters: {} })).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    const { algorithm: other } = await sponsor.orders.sendAlgorithm({ module: nanModel() })
    await expect(quote({ algorithm: other, parameters: { rounds: 1 } })).rejects.toMatchObject({
      code: 'ALGORITHM_NOT_ALLOWED',
    })
    const broken = await listed(new TextEncoder().encode('no module'))
    const ofBroken = { ...wish, ...broken, parameters: { rounds: 1 } }
    await expect(sponsor.orders.quote(ofBroken)).rejects.toMatchObject({ code: 'ALGORITHM_REFUSED' })
    await expect(sponsor.orders.sendAlgorithm({ module: new Uint8Array(2 * 2 ** 20) })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
  }, 90_000)

  it('attests no policy that names a runtime which nothing here runs', async () => {
    const policy = policyFor(sha256(constantModel()))
    const [allowed] = policy.algorithms
    const other = { ...policy, algorithms: [{ ...allowed!, runtime: 'js' as const }] }
    await expect(publish(maker, stage.market, { policy: other })).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      details: { runtime: 'js', available: ['wasm'] },
    })
    await expect(publish(maker, stage.market, { policy })).resolves.toBeDefined()
  }, 90_000)

  it('attests no table that its policy does not describe', async () => {
    const policy = policyFor(sha256(constantModel()))
    const attempt = (content: Uint8Array) => publish(maker, stage.market, { policy, content })
    const text = new TextDecoder().decode(makeCsv())
    const ragged = new TextEncoder().encode(text.replace('\n1,', '\n1,1,1,'))
    await expect(attempt(ragged)).rejects.toMatchObject({ code: 'TABLE_RAGGED', details: { line: 3 } })
    const outside = new TextEncoder().encode(text.replace('\n1,', '\n99,'))
    await expect(attempt(outside)).rejects.toMatchObject({ code: 'TABLE_MISMATCH' })
    await expect(attempt(makeCsv(10))).rejects.toMatchObject({ code: 'TOO_FEW_ROWS' })
  }, 90_000)
  it('names the arbiter of its operator, whom a sponsor accepts by name', async () => {
    const offer = await listed(constantModel())
    await server.close()
    const arbiter = stage.localnet.actors.stranger.address
    server = await startOn({ ...stage, params: { ...stage.params, terms: { ...stage.params.terms, arbiter } } })
    sponsor = await clientOf(stage.localnet, 'sponsor', server.url)
    const wish = { ...offer, kind: 'compute' as const, ackKey, parameters: { rounds: 1 } }
    await expect(sponsor.orders.quote(wish)).rejects.toMatchObject({ code: 'QUOTE_MISMATCH', field: 'deal.arbiter' })
    const quote = await sponsor.orders.quote({ ...wish, arbiter })
    expect(quote.deal.arbiter).toBe(arbiter)
    const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
    expect((await sponsor.orders.get({ orderId })).deal.arbiter).toBe(arbiter)
  }, 90_000)
})
