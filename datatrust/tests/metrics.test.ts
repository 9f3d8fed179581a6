import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseUnavailableError, type Overrides } from '../src/index.js'
import { authorization, send } from './_http.js'
import { random32, type Stage, setStage, startOn, until, walletOf } from './_util.js'

/** What Prometheus' text format allows on a line, and nothing else. */
const LINE = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? (-?\d+(\.\d+)?(e[+-]?\d+)?|\+Inf|NaN))$/

describe('metrics', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 120_000)
  afterAll(() => stage?.close())

  async function valuesOf(url: string): Promise<Map<string, number>> {
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.filter((line) => !LINE.test(line))).toEqual([])
    return new Map(
      lines
        .filter((line) => !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    )
  }

  it('count by routes and statuses, however callers spell them, and are not on the port of the API', async () => {
    await using server = await startOn({ ...stage, params: { ...stage.params, http: { metricsPort: 0 } } })
    const url = server.metricsUrl as string
    await send(`${server.url}/v1/listings`, { method: 'GET' })
    await valuesOf(url)
    const seriesOf = async () => (await valuesOf(url)).size
    for (let index = 0; index < 5; index += 1) await send(`${server.url}/v1/listings/${random32()}`, { method: 'GET' })
    for (let index = 0; index < 5; index += 1) await send(`${server.url}/${random32()}`, { method: 'GET' })
    const known = await seriesOf()
    for (let index = 0; index < 20; index += 1) {
      await send(`${server.url}/v1/listings/${random32()}?x=${index}`, { method: 'GET' })
      await send(`${server.url}/${random32()}`, { method: 'GET' })
    }
    expect(await seriesOf()).toBe(known)
    const values = await valuesOf(url)
    expect(values.get('gristmill_http_requests_total{route="/v1/listings",status="200"}')).toBe(1)
    expect(values.get('gristmill_http_requests_total{route="/v1/listings/:listing",status="404"}')).toBe(25)
    expect(values.get('gristmill_http_requests_total{route="none",status="404"}')).toBe(25)
    expect(values.get('gristmill_http_request_seconds_count{route="none"}')).toBe(25)
    expect(values.get('gristmill_http_request_seconds_bucket{route="none",le="+Inf"}')).toBe(25)
    expect(values.get('gristmill_http_sent_bytes_total{route="none"}')).toBeGreaterThan(1_000)
    expect(values.get('gristmill_disk_free_bytes')).toBeGreaterThan(0)
    expect(values.get('gristmill_orders{state="done"}')).toBe(0)
    expect(values.get('gristmill_queue_age_seconds')).toBe(0)
    expect(values.get('gristmill_follower_age_seconds')).toBeLessThan(60)
    expect(await send(`${server.url}/v1/metrics`, { method: 'GET' })).toMatchObject({ status: 404 })
    expect((await fetch(url.replace('/v1/metrics', '/'))).status).toBe(404)
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const header = await authorization(stage, walletOf(stage.localnet, 'maker'), {
      method: 'GET',
      resource: '/v1/approvals',
    })
    expect(
      await send(`${server.url}/v1/approvals`, { method: 'GET', headers: { authorization: header } }),
    ).toMatchObject({
      status: 200,
    })
    const balance = await until(async () => (await valuesOf(url)).get('gristmill_signer_balance_wei'))
    expect(balance).toBeGreaterThan(0)
    expect((await valuesOf(url)).get('gristmill_signer_low')).toBe(0)
    expect(await readyOf(server.url)).toMatchObject({ status: 'ready', warnings: [] })
  })

  it('and the health say when the signer runs out of gas money', async () => {
    const limits = { ...stage.params.limits, minTransactions: 10 ** 9 }
    await using server = await startOn({ ...stage, params: { ...stage.params, limits, http: { metricsPort: 0 } } })
    await until(async () => (await valuesOf(server.metricsUrl as string)).get('gristmill_signer_low') === 1)
    expect(await readyOf(server.url)).toMatchObject({ status: 'ready', warnings: ['gas'] })
  })

  it('of health say how each part is, and why, in words without secrets', async () => {
    const { operator, datatrust } = stage
    const { signer, payout, keyFingerprint, url } = await operator.datatrusts.get({ datatrust })
    const named = { datatrust, payout, keyFingerprint, url }
    const partsOf = async (server: { url: string }, status: number) => {
      const answer = await send(`${server.url}/v1/health/ready`, { method: 'GET' })
      expect(answer.status).toBe(status)
      expect(answer.body.length).toBeLessThan(4_096)
      const { parts, details } = JSON.parse(answer.body.toString())
      expect(JSON.stringify(parts ?? details)).not.toMatch(/https?:|postgres|\/tmp|0x[0-9a-f]{8}/)
      return (parts ?? details.parts) as { part: string; status: string; reason?: string }[]
    }
    let brokenDatabase = false
    const dialect: Overrides['dialect'] = (own) => ({
      createAdapter: () => own.createAdapter(),
      createIntrospector: (db) => own.createIntrospector(db),
      createQueryCompiler: () => own.createQueryCompiler(),
      createDriver: () => {
        const driver = own.createDriver()
        const acquire = driver.acquireConnection.bind(driver)
        driver.acquireConnection = async () => {
          if (brokenDatabase) throw new DatabaseUnavailableError(new Error('postgresql://secret@host'))
          return acquire()
        }
        return driver
      },
    })
    await using server = await startOn(stage, { dialect })
    await operator.datatrusts.update({ ...named, signer: stage.localnet.actors.stranger.address })
    const replaced = await partsOf(server, 503)
    expect(replaced.map(({ part, status }) => `${part} ${status}`)).toEqual([
      'database ok',
      'storage ok',
      'chain ok',
      'chain-endpoints ok',
      'keys fail',
      'engine ok',
      'gas ok',
      'transactions ok',
    ])
    expect(replaced[4]?.reason).toContain('another signing key')
    await operator.datatrusts.update({ ...named, signer })
    brokenDatabase = true
    const away = await partsOf(server, 503)
    expect(away.filter(({ status }) => status !== 'ok').map(({ part }) => part)).toEqual(
      expect.arrayContaining(['database']),
    )
    brokenDatabase = false
    const full = { ...stage.params, limits: { ...stage.params.limits, minFreeBytes: Number.MAX_SAFE_INTEGER } }
    await server.close()
    await using crowded = await startOn({ ...stage, params: full })
    expect((await partsOf(crowded, 503)).filter(({ status }) => status === 'fail')).toMatchObject([{ part: 'storage' }])
  })

  async function readyOf(url: string): Promise<unknown> {
    return JSON.parse((await send(`${url}/v1/health/ready`, { method: 'GET' })).body.toString())
  }
})
