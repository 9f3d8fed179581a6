import { REQUEST_EXPIRY_SECONDS_MAX } from '@gristmill/protocol'
import type { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { authorization, type SignParams, send, sendSigned } from './_http.js'
import { random32, type Stage, setStage, startOn, walletOf } from './_util.js'

describe('requests', () => {
  let stage: Stage
  let server: Server
  let maker: Wallet

  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage)
    maker = walletOf(stage.localnet, 'maker')
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const get = (resource: string, headers: Record<string, string> = {}) =>
    send(server.url + resource, { method: 'GET', headers })
  const approvals: SignParams = { method: 'GET', resource: '/v1/approvals' }

  it('to the public are answered without a signature', async () => {
    expect(await get('/v1/health/live')).toMatchObject({ status: 200 })
    expect(await get('/v1/health/ready')).toMatchObject({ status: 200 })
    expect(await get('/v1/listings')).toMatchObject({ status: 200 })
    const card = await get('/v1/datatrust')
    expect(JSON.parse(card.body.toString())).toMatchObject({ datatrust: stage.datatrust, chainId: '31337' })
    expect(card.headers['x-powered-by']).toBeUndefined()
  })

  it('that are signed are answered once', async () => {
    const header = await authorization(stage, maker, approvals)
    expect(await get('/v1/approvals', { authorization: header })).toMatchObject({ status: 200 })
    expect(await get('/v1/approvals', { authorization: header })).toMatchObject({
      status: 401,
      code: 'REQUEST_REPLAYED',
    })
    const many = await authorization(stage, maker, approvals)
    const answers = await Promise.all(Array.from({ length: 8 }, () => get('/v1/approvals', { authorization: many })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  const now = () => Math.floor(Date.now() / 1000)
  it.each<[string, () => Partial<SignParams>, string]>([
    ['another resource', () => ({ overrides: { resource: '/v1/datatrust' } }), 'AUTHORIZATION_INVALID'],
    ['another method', () => ({ overrides: { method: 'PUT' } }), 'AUTHORIZATION_INVALID'],
    ['another datatrust', () => ({ overrides: { datatrust: 99 } }), 'AUTHORIZATION_INVALID'],
    ['another body', () => ({ overrides: { bodyHash: random32() } }), 'AUTHORIZATION_INVALID'],
    ['another chain', () => ({ chainId: 1n }), 'AUTHORIZATION_INVALID'],
    ['another account', () => ({ overrides: { account: `0x${'11'.repeat(20)}` } }), 'AUTHORIZATION_INVALID'],
    ['the past', () => ({ overrides: { expiry: now() - 1 } }), 'AUTHORIZATION_EXPIRED'],
    [
      'too far ahead',
      () => ({ overrides: { expiry: now() + REQUEST_EXPIRY_SECONDS_MAX + 60 } }),
      'AUTHORIZATION_EXPIRED',
    ],
  ])('signed for %s are refused', async (_what, wrong, code) => {
    const header = await authorization(stage, maker, { ...approvals, ...wrong() })
    expect(await get('/v1/approvals', { authorization: header })).toMatchObject({ status: 401, code })
  })

  it.each([
    ['none', undefined, 'AUTHORIZATION_MISSING'],
    ['another scheme', 'Bearer abc', 'AUTHORIZATION_MISSING'],
    ['not JSON', 'Gristmill !!!', 'AUTHORIZATION_INVALID'],
    ['too long', `Gristmill ${'A'.repeat(13_000)}`, 'AUTHORIZATION_INVALID'],
  ])('without a readable authorization are refused: %s', async (_what, header, code) => {
    const answer = await get('/v1/approvals', header === undefined ? {} : { authorization: header })
    expect(answer).toMatchObject({ status: 401, code })
  })

  it('that cannot be understood say where', async () => {
    const post = (json: unknown, headers = {}) =>
      sendSigned(stage, server.url, maker, { method: 'POST', resource: '/v1/uploads', json, headers })
    expect(await post({ uploadId: '0x12', files: [] })).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    expect(await post({}, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
    expect(await post({}, { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
    expect(await post({ filler: 'x'.repeat(3 * 2 ** 20) })).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect(await get('/v1/nowhere')).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' })
    expect(await get('/v1/listings/%ff')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    expect(await get(`/v1/listings/${random32()}`)).toMatchObject({ status: 404, code: 'LISTING_NOT_FOUND' })
    expect(await get('/v1/listings?after=1')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })

  it('beyond the limit of an address are put off', async () => {
    const params = { ...stage.params, limits: { requestsPerMinute: 3 } }
    await server.close()
    const limited = await startOn({ ...stage, params })
    try {
      const ask = () => send(`${limited.url}/v1/datatrust`, { method: 'GET' })
      const answers = [await ask(), await ask(), await ask(), await ask()]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
      expect(answers[3]).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
      expect(await send(`${limited.url}/v1/health/live`, { method: 'GET' })).toMatchObject({ status: 200 })
    } finally {
      await limited.close()
      server = await startOn(stage)
    }
  })
})
