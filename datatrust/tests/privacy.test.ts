import { trainerDigest } from '@gristmill/protocol'
import { createExecutors, createTrainerExecutor, createWasmExecutor, readSafetensors } from '@gristmill/runner'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { clientOf, PATIENCE_MS, policyFor, publish, type Stage, setStage, startOn } from './_util.js'
import { constantModel, trap } from './_wat.js'

describe('selling runs whose models have noise', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let sponsor: Client

  beforeAll(async () => {
    stage = await setStage()
    const executors = createExecutors([createWasmExecutor({ fuel: 50_000_000n }), createTrainerExecutor()])
    server = await startOn(stage, { executors })
    maker = await clientOf(stage.localnet, 'maker', server.url)
    sponsor = await clientOf(stage.localnet, 'sponsor', server.url)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const session = createSessionKey()
  type Wish = Pick<Parameters<Client['orders']['quote']>[0], 'listing' | 'algorithm' | 'parameters'>
  const order = async (wish: Wish) => {
    const quote = await sponsor.orders.quote({ ...wish, kind: 'compute', ackKey: session.address })
    return (await sponsor.orders.place({ quote, payment: 'permit' })).orderId
  }

  it('trains by itself, nothing sent, nobody asked, until epsilon is used up', async () => {
    const algorithm = trainerDigest('dp-logistic-regression')
    const policy = policyFor(algorithm, {
      algorithms: [
        { digest: algorithm, runtime: 'trainer', parameters: { lambdaMicros: { min: 10_000, max: 100_000 } } },
      ],
      privacy: { mode: 'trusted-dp', epsilonMicros: 4_000_000, clipMicros: 1_000_000 },
      runs: 1,
      airlock: 'auto',
    })
    // Bits for many more: it is epsilon that is short.
    policy.budget.bits *= 10
    policy.budget.bitsPerSponsor *= 10
    const { listing } = await publish(maker, stage.market, { policy })
    const wish = { listing, algorithm, parameters: { lambdaMicros: 10_000 } }
    const orderId = await order(wish)
    await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
    const { model, receipt, metrics } = await sponsor.orders.collectModel({ orderId, session, pollMs: 20 })
    expect(receipt.verdict).toBe('OK')
    expect(metrics).toEqual([])
    const names = readSafetensors(model).tensors.map(({ name }) => name)
    expect(names.toSorted()).toEqual(['coef', 'intercept'])
    await expect(order(wish)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { unit: 'epsilonMicros', cost: 4_000_000, left: 0 },
    })
  }, 90_000)

  it.each([
    ['answers', constantModel],
    ['fails', trap],
  ])(
    'releases an average over blocks of rows whether an algorithm %s',
    async (_name, module) => {
      const { algorithm } = await sponsor.orders.sendAlgorithm({ module: module() })
      const policy = policyFor(algorithm, {
        privacy: { mode: 'sample-aggregate', epsilonMicros: 1_000_000, clipMicros: 2_000_000, blocks: 3 },
        airlock: 'auto',
      })
      const { listing } = await publish(maker, stage.market, { policy })
      const orderId = await order({ listing, algorithm, parameters: { rounds: 1 } })
      await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
      const { model, receipt } = await sponsor.orders.collectModel({ orderId, session, pollMs: 20 })
      expect(receipt.verdict).toBe('OK')
      for (const { values } of readSafetensors(model).tensors) {
        for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(2)
      }
    },
    90_000,
  )
})
