import { readSafetensors } from '@gristmill/runner'
import { createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createConfig } from '../src/config/config.js'
import { doctor } from '../src/doctor/doctor.js'
import { type Server, start } from '../src/index.js'
import { clientOf, PATIENCE_MS, policyFor, publish, type Stage, setStage, until } from './_util.js'

const docker = inject('dockerEngine')
const PROGRAM = 'import numpy\ndef run(input, output): output[:] = numpy.round(input.features.mean(), 3) % 1\n'

describe.skipIf(docker === undefined)('a datatrust whose Python runs in containers', () => {
  let stage: Stage
  let server: Server

  beforeAll(async () => {
    stage = await setStage()
    server = await start({ ...stage.params, docker })
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  it('sells a run of a program, paid for and delivered, and says what kept it in', async () => {
    const maker = await clientOf(stage.localnet, 'maker', server.url)
    const sponsor = await clientOf(stage.localnet, 'sponsor', server.url)
    const { runtimes } = await sponsor.datatrusts.card()
    expect(runtimes.find(({ runtime }) => runtime === 'python')).toMatchObject({ executor: 'docker' })
    const { algorithm } = await sponsor.orders.sendAlgorithm({ module: Buffer.from(PROGRAM) })
    const algorithms = [{ digest: algorithm, runtime: 'python', parameters: {} }] as const
    const { listing } = await publish(maker, stage.market, {
      policy: policyFor(algorithm, { algorithms: [...algorithms] }),
    })
    const session = createSessionKey()
    const request = { listing, kind: 'compute', ackKey: session.address, algorithm, parameters: {} } as const
    const quote = await sponsor.orders.quote(request)
    const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
    const pending = await until(async () =>
      (await maker.listings.approvals()).find((found) => found.orderId === orderId),
    )
    expect(pending.verdict).toBe('OK')
    await maker.listings.decide({ orderId, releasedHash: pending.releasedHash, approved: true })
    await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
    const { model, receipt } = await sponsor.orders.collectModel({ orderId, session, pollMs: 20 })
    expect(receipt.verdict).toBe('OK')
    expect(
      readSafetensors(model)
        .tensors.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['coef', 'intercept'])
    expect((await sponsor.orders.status({ orderId })).status).toBe('revealed')
  }, 90_000)

  it('is told by the doctor that the engine has the image, or has not, or is not there', async () => {
    const containers = async (options: NonNullable<typeof docker>) => {
      for await (const finding of doctor(createConfig({ ...stage.params, docker: options })))
        if (finding.check === 'containers') return finding
    }
    const other = `sha256:${'ab'.repeat(32)}`
    const given = docker as NonNullable<typeof docker>
    expect(await containers(given)).toMatchObject({ status: 'ok' })
    expect(await containers({ ...given, image: other })).toMatchObject({
      status: 'fail',
      message: expect.stringContaining(other),
    })
    expect(await containers({ ...given, host: 'unix:///nowhere.sock' })).toMatchObject({ status: 'fail' })
  }, 60_000)
})
