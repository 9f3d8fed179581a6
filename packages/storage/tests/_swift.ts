import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

const SERVERS = ['account', 'container', 'object', 'proxy'] as const
const READY_MS = 60_000

/** Why there is no S3 server, or undefined if there is one. */
export const missingSwift = ['swift-proxy-server', 'swift-object-server', 'swift-ring-builder', 'memcached'].every(
  (name) => existsSync(join('/usr/bin', name)),
)
  ? undefined
  : "OpenStack Swift of Debian's packages is not installed"

/** OpenStack Swift with its S3 API, on one device in a temporary folder: an S3 server that nobody here has written. */
export interface Swift {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  close(): Promise<void>
}

const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' }
/** One for the tests of each package. */
const BUCKETS = ['blobs', 'datatrust', 'cli']

export async function startSwift(): Promise<Swift> {
  const folder = await mkdtemp(join(tmpdir(), 'gristmill-swift-'))
  const [account, container, object, proxy, cache] = await Promise.all(Array.from({ length: 5 }, freePort))
  const ports = { account, container, object, proxy }
  mkdirSync(join(folder, 'devices/d1'), { recursive: true })
  writeFileSync(
    join(folder, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_suffix = bench\nswift_hash_path_prefix = bench\n',
  )
  writeFileSync(
    join(folder, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n',
  )
  for (const name of ['account', 'container', 'object'] as const) {
    const builder = join(folder, `${name}.builder`)
    for (const args of [['create', '4', '1', '1'], ['add', `r1z1-127.0.0.1:${ports[name]}/d1`, '1'], ['rebalance']]) {
      execFileSync('swift-ring-builder', [builder, ...args], { stdio: 'ignore' })
    }
    writeFileSync(join(folder, `${name}.conf`), storageConf(folder, name, ports[name]!))
  }
  writeFileSync(join(folder, 'proxy.conf'), proxyConf(folder, proxy!, cache!))
  const processes: ChildProcess[] = [
    spawn('memcached', ['-l', '127.0.0.1', '-p', `${cache}`, '-u', userInfo().username], { stdio: 'ignore' }),
  ]
  for (const name of SERVERS) {
    processes.push(
      spawn(`swift-${name}-server`, [join(folder, `${name}.conf`)], {
        stdio: 'ignore',
      }),
    )
  }
  const close = async () => {
    for (const child of processes) {
      if (child.exitCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(Object.values(ports).map((port) => listening(port!)))
  } catch (error) {
    await close()
    throw error
  }
  const endpoint = `http://127.0.0.1:${proxy}`
  await makeBuckets(endpoint)
  return { endpoint, ...CREDENTIALS, close }
}

async function makeBuckets(endpoint: string): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { ...CREDENTIALS } })
  for (const Bucket of BUCKETS) await client.send(new CreateBucketCommand({ Bucket }))
  client.destroy()
}

function storageConf(folder: string, name: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
devices = ${join(folder, 'devices')}
mount_check = false
disable_fallocate = true
log_level = ERROR
log_address = ${join(folder, 'log')}
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`
}

function proxyConf(folder: string, port: number, cache: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
log_level = ERROR
log_address = ${join(folder, 'log')}
[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cache}
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
minimum_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(port: number): Promise<void> {
  const giveUpAt = Date.now() + READY_MS
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isThere) return
    if (Date.now() > giveUpAt) throw new Error(`nothing listens on ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
