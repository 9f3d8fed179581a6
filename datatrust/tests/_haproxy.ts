import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './_util.js'

const FILE = new URL('../../docs/operators/haproxy.cfg', import.meta.url)

/** Why there is no HAProxy; undefined where it is installed. */
export const NO_HAPROXY =
  spawnSync('sh', ['-c', 'command -v haproxy']).status === 0 ? undefined : 'HAProxy is not installed'

/** HAProxy with the file that operators copy, before datatrusts on ports of this machine. */
export class HaProxy implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess
  readonly #directory: string

  private constructor(url: string, child: ChildProcess, directory: string) {
    this.url = url
    this.#child = child
    this.#directory = directory
  }

  /** Returns once it passes requests on. */
  static async before(urls: readonly string[]): Promise<HaProxy> {
    const directory = await mkdtemp(join(tmpdir(), 'gristmill-haproxy-'))
    const port = await freePort()
    const file = join(directory, 'haproxy.cfg')
    await writeFile(file, configOf(await readFile(FILE, 'utf8'), port, urls))
    const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' })
    const proxy = new HaProxy(`http://127.0.0.1:${port}`, child, directory)
    await until(async () => (await fetch(`${proxy.url}/v1/health/ready`)).ok || undefined, 30_000)
    return proxy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
    await rm(this.#directory, { recursive: true })
  }
}

/** The same settings, for addresses that need no name server. */
function configOf(copied: string, port: number, urls: readonly string[]): string {
  const lines = copied.split('\n')
  const servers = urls.map((url, index) => `  server datatrust-${index} ${new URL(url).host} check inter 2s`)
  const kept = lines.filter((line) => !/^ {2}(server|nameserver) |^resolvers /.test(line))
  return `${kept.map((line) => line.replace('bind :8080', `bind 127.0.0.1:${port}`)).join('\n')}\n${servers.join('\n')}\n`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
