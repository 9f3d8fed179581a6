import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type ConfigParams, createConfig } from '../config/config.js'
import { type HttpServer, listen } from './http-server.js'

const SIZE = 8 * 2 ** 20

function configOf(more: Pick<ConfigParams, 'limits' | 'http'>) {
  return createConfig({
    datatrust: 1,
    dataDirectory: '.',
    chain: { rpcUrl: '', chainId: 1n, deployment: {} as never },
    ...more,
  })
}

function open({ url }: HttpServer, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  return socket
}

function read(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the HTTP server', () => {
  it('gives one address no more than its part of the connections', async () => {
    const server = await listen(
      (_request, response) => response.end('x'),
      configOf({ limits: { maxAddressConnections: 5 } }),
    )
    const greedy = Array.from({ length: 8 }, () => open(server, '127.0.0.2'))
    for (const socket of greedy) socket.resume()
    while (greedy.filter(({ closed }) => closed).length < 3) await pause(5)
    const other = open(server, '127.0.0.3')
    other.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(await read(other)).toContain('200 OK')
    expect(greedy.filter(({ closed }) => !closed)).toHaveLength(5)
    for (const socket of greedy) socket.destroy()
    await server.close()
  })

  it('ends no answer before its time: those under way are whole, what is asked then is refused', async () => {
    let begun = 0
    const server = await listen((_request, response) => {
      response.writeHead(200, { 'Content-Length': SIZE })
      response.end(Buffer.alloc(SIZE, 'a'))
      begun += 1
    }, configOf({}))
    const loads = Array.from({ length: 10 }, () => open(server))
    for (const socket of loads) socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    while (begun < loads.length) await pause(5)
    const closing = server.close()
    await pause(50)
    const late = open(server)
    expect(await read(late)).toBe('')
    loads[0]?.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const [first = '', ...answers] = await Promise.all(loads.map(read))
    for (const answer of answers) expect(answer.length - answer.indexOf('\r\n\r\n') - 4).toBe(SIZE)
    const refused = first.slice(first.indexOf('\r\n\r\n') + 4 + SIZE)
    expect(refused).toMatch(/^HTTP\/1\.1 503 /)
    expect(refused).toMatch(/connection: close/i)
    expect(refused).toContain('NOT_READY')
    await closing
  })

  it('waits for them as long as it is told, and serves until its notice is over', async () => {
    const server = await listen(
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': 10 })
        response.write('a')
      },
      configOf({ http: { drainSeconds: 1, drainNoticeSeconds: 1 } }),
    )
    const closing = server.close()
    const during = open(server)
    const answer = read(during)
    during.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await closing
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*a$/)
  })
})
