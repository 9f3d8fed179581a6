import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedLocalnet, startLocalnet } from '../src/index.js'
import { call, rpc } from './_util.js'

let localnet: StartedLocalnet

beforeAll(async () => {
  localnet = await startLocalnet()
})

afterAll(() => localnet.close())

describe('the server', () => {
  it('answers a batch in its order', async () => {
    const answers = await rpc(localnet.url, [call('eth_chainId'), call('net_version'), call('eth_accounts')])
    expect(answers.map(({ result }) => result)).toEqual(['0x7a69', '31337', []])
  })

  it.each([
    'evm_snapshot',
    'evm_increaseTime',
    'hardhat_setBalance',
    'hardhat_reset',
    'debug_traceTransaction',
    'eth_sendTransaction',
    'eth_sign',
    'constructor',
    '__proto__',
  ])('does not offer %s', async (method) => {
    expect((await rpc(localnet.url, call(method))).error?.code).toBe(-32601)
  })

  it.each([
    { what: 'no method', body: { id: 1 }, code: -32600 },
    { what: 'null', body: [null] as unknown as object, code: undefined },
    { what: 'params that are no list', body: { id: 1, method: 'eth_chainId', params: {} }, code: -32602 },
    { what: 'an empty batch', body: [], code: -32600 },
    { what: 'a batch of 501', body: Array(501).fill(call('eth_chainId')), code: -32600 },
    { what: 'a raw transaction that is none', body: call('eth_sendRawTransaction', '0x1234'), code: -32602 },
    { what: 'a raw transaction that is no hex', body: call('eth_sendRawTransaction', { length: 4 }), code: -32602 },
    { what: 'no time at all', body: call('gristmill_advance', 0), code: -32602 },
    { what: 'time that runs backwards', body: call('gristmill_advance', -1), code: -32602 },
    { what: 'a century', body: call('gristmill_advance', 100 * 365 * 86_400), code: -32602 },
  ])('answers $what with an error', async ({ body, code }) => {
    const answer = await rpc(localnet.url, body)
    const { error } = Array.isArray(answer) ? answer[0]! : answer
    expect(error).toBeDefined()
    if (code !== undefined) expect(error?.code).toBe(code)
  })

  it('answers what is not JSON with an error', async () => {
    expect(await post({ body: '{"jsonrpc"' })).toMatchObject({ status: 200, text: expect.stringContaining('-32700') })
  })

  it.each([
    { what: 'a simple request of a page in a browser', headers: { 'content-type': 'text/plain' }, status: 415 },
    { what: 'a name that was rebound to this machine', headers: { host: 'evil.example' }, status: 403 },
    { what: 'a body that says it is too large', headers: { 'content-length': `${3 << 20}` }, status: 413 },
    { what: 'anything but POST', method: 'GET', status: 405 },
  ])('refuses $what', async ({ headers, method, status }) => {
    expect((await post({ headers: headers ?? {}, method: method ?? 'POST', body: '' })).status).toBe(status)
  })

  it('drops a body that does not end', async () => {
    await expect(post({ body: 'x'.repeat(3 << 20), headers: { 'transfer-encoding': 'chunked' } })).rejects.toThrow()
    expect((await rpc(localnet.url, call('eth_chainId'))).result).toBe('0x7a69')
  })
})

interface PostParams {
  body: string
  headers?: Record<string, string>
  method?: string
}

function post({ body, headers = {}, method = 'POST' }: PostParams): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      localnet.url,
      { method, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          sent.destroy()
          resolve({ status: response.statusCode ?? 0, text })
        })
      },
    )
    sent.on('error', reject)
    sent.write(body)
    if (headers['content-length'] === undefined) sent.end()
    else sent.flushHeaders()
  })
}
