import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorsInterface, Markets__factory, TestToken__factory } from '@gristmill/abi'
import { PortInUseError } from '@gristmill/protocol'
import { DirectoryLockedError } from '@gristmill/storage'
import { isCallException, isError, JsonRpcProvider, Wallet } from 'ethers'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  ACTOR_NAMES,
  ActorsMismatchError,
  connectLocalnet,
  JournalCorruptError,
  type Localnet,
  NotLocalnetError,
  type StartedLocalnet,
  type StartLocalnetParams,
  startLocalnet,
} from '../src/index.js'
import { spawnLocalnet, temporaryDirectory } from './_util.js'

const UNIT = 1_000_000n
const GWEI = 10n ** 9n

async function start(params?: StartLocalnetParams): Promise<StartedLocalnet> {
  const localnet = await startLocalnet(params)
  onTestFinished(() => localnet.close())
  return localnet
}

function providerOf({ url, chainId }: Localnet): JsonRpcProvider {
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 })
  onTestFinished(() => provider.destroy())
  return provider
}

function tokenOf(localnet: Localnet, actor: Wallet | JsonRpcProvider = providerOf(localnet)) {
  return TestToken__factory.connect(localnet.token, actor)
}

describe('startLocalnet', () => {
  it('has blocks come when told, of what pays for them, and takes a replacement that pays more', async () => {
    const localnet = await start()
    const provider = providerOf(localnet)
    const maker = new Wallet(localnet.actors.maker.privateKey, provider)
    const nonce = await maker.getNonce()
    const send = (gwei: bigint) =>
      maker.sendTransaction({ to: maker.address, nonce, maxFeePerGas: gwei * GWEI, maxPriorityFeePerGas: gwei * GWEI })
    const blocks = await localnet.holdBlocks()
    await send(3n)
    await blocks.mine({ baseFeeWei: 10n * GWEI })
    expect(await maker.getNonce()).toBe(nonce)
    await expect(send(3n)).rejects.toThrow()
    const { hash } = await send(20n)
    await blocks.mine()
    expect((await provider.getTransactionReceipt(hash))?.status).toBe(1)
    await blocks.release()
    await maker.sendTransaction({ to: maker.address })
    expect(await maker.getNonce()).toBe(nonce + 2)
    const kept = await start({ directory: await temporaryDirectory() })
    await expect(kept.holdBlocks()).rejects.toMatchObject({ message: expect.stringContaining('no pool') })
  })

  it('deploys the protocol and gives every actor money and gas', async () => {
    const localnet = await start()
    const provider = providerOf(localnet)
    const markets = Markets__factory.connect(localnet.deployment.markets, provider)
    expect(await markets.ORDERS()).toBe(localnet.deployment.orders)
    for (const name of ACTOR_NAMES) {
      const { address } = localnet.actors[name]
      expect(await tokenOf(localnet).balanceOf(address)).toBe(10_000_000n * UNIT)
      expect(await provider.getBalance(address)).toBeGreaterThan(9_999n * 10n ** 18n)
    }
  })

  it('makes new keys each time, or the same ones from the same seed', async () => {
    const [first, second, other] = [await start({ seed: 'a' }), await start({ seed: 'a' }), await start()]
    expect(second.actors).toEqual(first.actors)
    expect(second.deployment).toEqual(first.deployment)
    expect(other.actors.maker.privateKey).not.toBe(first.actors.maker.privateKey)
  })

  it('says so when the port is taken', async () => {
    const { url } = await start()
    await expect(startLocalnet({ port: Number(new URL(url).port) })).rejects.toThrow(PortInUseError)
  })
})

describe('a handle', () => {
  it('mints play money and gives gas, also when asked at once', async () => {
    const localnet = await start()
    const to = Wallet.createRandom().address as `0x${string}`
    await Promise.all([localnet.mint(to, 5n), localnet.mint(to, 6n), localnet.giveGas(to, 7n)])
    expect(await tokenOf(localnet).balanceOf(to)).toBe(11n)
    expect(await providerOf(localnet).getBalance(to)).toBe(7n)
  })

  it('moves the clock for blocks and for calls', async () => {
    const localnet = await start()
    const provider = providerOf(localnet)
    const before = (await provider.getBlock('pending'))!.timestamp
    const now = await localnet.advance(3 * 86_400)
    expect(now - before).toBeGreaterThanOrEqual(3 * 86_400)
    expect((await provider.getBlock('latest'))!.timestamp).toBe(now)
    expect((await provider.getBlock('pending'))!.timestamp).toBeGreaterThanOrEqual(now)
  })
})

describe('an ethers wallet', () => {
  it('sends, waits and reads events', async () => {
    const localnet = await start()
    const token = tokenOf(localnet, new Wallet(localnet.actors.buyer.privateKey, providerOf(localnet)))
    const receipt = await (await token.transfer(localnet.actors.maker.address, UNIT)).wait()
    expect(receipt?.status).toBe(1)
    const [transfer] = await token.queryFilter(token.filters.Transfer, receipt!.blockNumber)
    expect(transfer?.args.value).toBe(UNIT)
  })

  it('decodes the custom error of a call, of an estimate and of what was mined', async () => {
    const localnet = await start()
    const wallet = new Wallet(localnet.actors.buyer.privateKey, providerOf(localnet))
    const markets = Markets__factory.connect(localnet.deployment.markets, wallet)
    const unknown = `0x${'77'.repeat(32)}`
    const called = await markets.reserveOf(unknown).catch((reason: unknown) => reason)
    expect(isCallException(called) && called.revert).toMatchObject({ name: 'Markets_Unknown', args: [unknown] })
    const estimated = await markets.accrue.estimateGas(unknown).catch((reason: unknown) => reason)
    const data = isCallException(estimated) ? estimated.data : null
    expect(errorsInterface.parseError(data ?? '0x')).toMatchObject({ name: 'Markets_Unknown', args: [unknown] })
    const mined = await markets.accrue(unknown, { gasLimit: 100_000n })
    const error = await mined.wait().catch((reason: unknown) => reason)
    expect(isCallException(error) && error.receipt?.status).toBe(0)
  })

  it('recognises what it cannot pay and a nonce it has used', async () => {
    const localnet = await start()
    const wallet = new Wallet(localnet.actors.buyer.privateKey, providerOf(localnet))
    const to = localnet.actors.maker.address
    const poor = await wallet
      .sendTransaction({ to, value: 10n ** 30n, gasLimit: 21_000n })
      .catch((reason: unknown) => reason)
    expect(isError(poor, 'INSUFFICIENT_FUNDS')).toBe(true)
    await (await wallet.sendTransaction({ to, nonce: 0 })).wait()
    const used = await wallet.sendTransaction({ to, nonce: 0 }).catch((reason: unknown) => reason)
    expect(isError(used, 'NONCE_EXPIRED')).toBe(true)
  })
})

describe('a localnet in a directory', () => {
  it('keeps addresses, balances, keys and time over a restart', async () => {
    const directory = temporaryDirectory()
    const first = await startLocalnet({ directory })
    await first.mint(first.actors.stranger.address, 42n)
    await first.advance(86_400)
    const before = await providerOf(first).getBlock('latest')
    await first.close()

    const second = await start({ directory })
    expect(second.deployment).toEqual(first.deployment)
    expect(second.actors).toEqual(first.actors)
    expect(second.token).toBe(first.token)
    const after = await providerOf(second).getBlock('latest')
    expect(after?.hash).toBe(before?.hash)
    expect(await tokenOf(second).balanceOf(second.actors.stranger.address)).toBe(10_000_000n * UNIT + 42n)
    expect((await providerOf(second).getBlock('pending'))!.timestamp).toBeGreaterThanOrEqual(before!.timestamp)
  })

  it('keeps its keys from everybody else', async () => {
    const directory = temporaryDirectory()
    await start({ directory })
    expect(statSync(join(directory, 'actors.json')).mode & 0o777).toBe(0o600)
  })

  it('is refused to a second one, in this process and in another', async () => {
    const directory = temporaryDirectory()
    const first = await start({ directory })
    await expect(startLocalnet({ directory })).rejects.toThrow(DirectoryLockedError)
    await expect(spawnLocalnet(['--directory', directory])).rejects.toThrow()
    await first.close()
    await start({ directory })
  })

  it('is refused, and left as it is, when its journal is damaged', async () => {
    const directory = temporaryDirectory()
    await (await startLocalnet({ directory })).close()
    const file = join(directory, 'chain.journal')
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(file, bytes)
    await expect(startLocalnet({ directory })).rejects.toThrow(JournalCorruptError)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it.each([
    { what: 'missing', damage: (file: string) => rmSync(file) },
    { what: 'unreadable', damage: (file: string) => writeFileSync(file, '{"maker"') },
    { what: 'those of another chain', damage: (file: string) => writeFileSync(file, otherActors()) },
  ])('is refused when its keys are $what', async ({ damage }) => {
    const directory = temporaryDirectory()
    await (await startLocalnet({ directory })).close()
    damage(join(directory, 'actors.json'))
    await expect(startLocalnet({ directory })).rejects.toThrow(ActorsMismatchError)
  })

  it('finishes a set-up that was cut short', async () => {
    const directory = temporaryDirectory()
    await (await startLocalnet({ directory })).close()
    const file = join(directory, 'chain.journal')
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    writeFileSync(file, `${lines.slice(0, 5).join('\n')}\n`)
    const again = await start({ directory })
    const markets = Markets__factory.connect(again.deployment.markets, providerOf(again))
    expect(await markets.VAULT()).toBe(again.deployment.vault)
  })
})

describe('a localnet in its own process', () => {
  it('says one line, ends on SIGTERM and writes nowhere but into its directory', async () => {
    const directory = temporaryDirectory()
    const [home, cwd] = [temporaryDirectory(), temporaryDirectory()]
    const process_ = await spawnLocalnet(['--directory', directory], { cwd, env: { HOME: home, TMPDIR: cwd } })
    const { exitCode, stdout, stderr } = await process_.stop('SIGTERM')
    expect({ exitCode, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({
      exitCode: 0,
      stderr: '',
      lines: 1,
    })
    expect([...readdirSync(home), ...readdirSync(cwd)]).toEqual([])
    expect(readdirSync(directory).sort()).toEqual(['actors.json', 'chain.journal', 'lock.sqlite'])
  })

  it('killed at any moment comes back on the same port, with its clock and everything acknowledged', async () => {
    const directory = temporaryDirectory()
    const first = await spawnLocalnet(['--directory', directory])
    const port = new URL(first.url).port
    const handle = await connectLocalnet({ url: first.url, directory })
    const now = await handle.advance(5 * 86_400)
    await handle.mint(handle.actors.curator.address, 1n)
    await first.stop('SIGKILL')
    const second = await spawnLocalnet(['--directory', directory, '--port', port])
    expect(second.url).toBe(first.url)
    expect(second.ready.deployment).toEqual(first.ready.deployment)
    await using again = await connectLocalnet({ url: second.url, directory })
    expect(await tokenOf(again).balanceOf(again.actors.curator.address)).toBe(10_000_000n * UNIT + 1n)
    expect((await providerOf(again).getBlock('pending'))!.timestamp).toBeGreaterThanOrEqual(now)
    await expect(spawnLocalnet(['--port', port])).rejects.toThrow(`Port ${port} is in use`)
  })

  it('can be used through a handle of another process', async () => {
    const directory = temporaryDirectory()
    const { url } = await spawnLocalnet(['--directory', directory])
    await using localnet = await connectLocalnet({ url, directory })
    await localnet.mint(localnet.actors.curator.address, 1n)
    expect(await tokenOf(localnet).balanceOf(localnet.actors.curator.address)).toBe(10_000_000n * UNIT + 1n)
  })

  it('is not taken for one where nobody answers', async () => {
    const directory = temporaryDirectory()
    await (await startLocalnet({ directory })).close()
    await expect(connectLocalnet({ url: 'http://127.0.0.1:1', directory })).rejects.toThrow(NotLocalnetError)
  })
})

function otherActors(): string {
  const keys = ACTOR_NAMES.map((name) => [name, { privateKey: Wallet.createRandom().privateKey }])
  return JSON.stringify(Object.fromEntries(keys))
}
