import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Address, HOUR } from '@gristmill/protocol'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { type CommandProcess, spawnCommand } from './_process.js'
import { createFolder, gristmill, OFFLINE_PROFILE, type Outcome } from './_util.js'

const ONE = 1_000_000n
const FREE_PORTS = ['--port', '0', '--datatrust-port', '0']
const READY = 'Ready after'
const TIMEOUT = { timeout: 120_000 }

const json = ({ code, stdout, stderr }: Outcome) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const profileOf = async (cwd: string) => JSON.parse(await readFile(join(cwd, '.gristmill', 'profile.json'), 'utf8'))

async function clientOf(cwd: string, name: string): Promise<Client> {
  const { rpcUrl, deployment, datatrustUrl } = await profileOf(cwd)
  const key = (await readFile(join(cwd, '.gristmill', 'keys', `${name}.key`), 'utf8')).trim()
  return Client.connect({ runner: new Wallet(key, jsonRpcProvider(rpcUrl)), deployment, datatrust: datatrustUrl })
}

/** Starts a network, and kills the process as soon as `isTime`. */
async function startAndKill(cwd: string, isTime: () => boolean): Promise<void> {
  const network = spawnCommand(['dev', ...FREE_PORTS], { cwd })
  while (!isTime()) {
    if (network.child.exitCode !== null) throw new Error(network.output().stderr)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  network.child.kill('SIGKILL')
  await network.ended
}

async function stop(network: CommandProcess): Promise<void> {
  network.child.kill('SIGINT')
  expect(await network.ended, network.output().stderr).toBe(0)
}

describe('dev', () => {
  it('gives all that a developer needs, and the same again after kill -9', TIMEOUT, async () => {
    const cwd = await createFolder()
    let network = spawnCommand(['dev', ...FREE_PORTS], { cwd })
    await network.shows(READY)
    expect(network.output().stdout).toContain('gristmill listings')
    const before = await profileOf(cwd)
    for (const file of ['profile.json', 'keys/maker.key', 'keys/buyer.key']) {
      expect((await stat(join(cwd, '.gristmill', file))).mode & 0o777).toBe(0o600)
    }

    const content = new TextEncoder().encode('a,b\n1,2\n')
    const maker = await clientOf(cwd, 'maker')
    const { listing } = await maker.listings.publish({
      market: before.market,
      content,
      files: [{ name: 'table.csv', sizeBytes: content.length }],
      metadata: { name: 'Table', license: 'CC0-1.0' },
      prices: { access: ONE },
      payment: 'permit',
    })
    const advanced = json(await gristmill(['dev', 'advance', '2h', '--json'], { cwd }))
    const stranger = Wallet.createRandom().address
    json(await gristmill(['dev', 'fund', stranger, '--amount', '2.5', '--json'], { cwd }))
    const second = await gristmill(['dev', ...FREE_PORTS], { cwd })
    expect(second.stderr).toContain('[DEV_NETWORK_RUNS]')
    expect((await gristmill(['dev', 'reset', '--yes'], { cwd })).stderr).toContain('[DEV_NETWORK_RUNS]')

    network.child.kill('SIGKILL')
    await network.ended
    expect((await gristmill(['dev', 'status'], { cwd })).stderr).toContain('[CHAIN_UNREACHABLE]')
    network = spawnCommand(['dev'], { cwd })
    await network.shows(READY)
    expect(await profileOf(cwd)).toEqual(before)
    const status = json(await gristmill(['dev', 'status', '--json'], { cwd }))
    expect(status).toMatchObject({ datatrust: 'ready', market: before.market })
    expect(status.timestamp).toBeGreaterThanOrEqual(advanced.timestamp)
    expect(status.aheadSeconds).toBeGreaterThanOrEqual(2 * HOUR - 5)
    const buyer = await clientOf(cwd, 'buyer')
    expect((await buyer.vault.balance({ token: before.token, account: stranger as Address })).wallet).toBe(2_500_000n)
    const out = join(cwd, 'copy.csv')
    const bought = await gristmill(['buy', listing, '--out', out, '--yes'], { cwd })
    expect(bought.code, bought.stderr).toBe(0)
    expect(new Uint8Array(await readFile(out))).toEqual(content)
    await stop(network)

    expect(await gristmill(['dev', 'reset'], { cwd })).toMatchObject({ code: 3 })
    json(await gristmill(['dev', 'reset', '--yes', '--json'], { cwd }))
    expect((await readdir(join(cwd, '.gristmill'), { recursive: true })).sort()).toEqual(['keys', 'sessions'])
  })

  it.runIf(process.env.GRISTMILL_DEEP)(
    'killed in the middle of its first start is whole after the next (deep only)',
    TIMEOUT,
    async () => {
      const cwd = await createFolder()
      const dev = (...path: string[]) => join(cwd, '.gristmill', 'dev', ...path)
      const moments = [
        dev('chain', 'chain.journal'),
        dev('datatrust', 'keys'),
        dev('datatrust', 'keys', 'openpgp.key'),
        dev('datatrust', 'db'),
      ]
      for (const file of moments) await startAndKill(cwd, () => existsSync(file))
      const network = spawnCommand(['dev', ...FREE_PORTS], { cwd })
      await network.shows(READY)
      const { datatrust } = json(await gristmill(['datatrust', 'show', '--json'], { cwd })) as { datatrust: number }
      const client = await clientOf(cwd, 'operator')
      expect(datatrust).toBe(1)
      expect((await client.datatrusts.get({ datatrust })).bond).toBe(2_000n * ONE)
      await expect(client.datatrusts.get({ datatrust: 2 })).rejects.toMatchObject({ code: 'DATATRUSTS_UNKNOWN' })
      expect((await client.markets.list()).markets).toHaveLength(1)
      await stop(network)
    },
  )

  it('keeps what is not its own: the profile of another chain, a key of the same name', TIMEOUT, async () => {
    const cwd = await createFolder()
    const profile = JSON.stringify({ ...OFFLINE_PROFILE, deployment: { ...OFFLINE_PROFILE.deployment, chainId: 1 } })
    await mkdir(join(cwd, '.gristmill', 'keys'), { recursive: true })
    await writeFile(join(cwd, '.gristmill', 'profile.json'), profile)
    expect((await gristmill(['dev', ...FREE_PORTS], { cwd })).stderr).toContain('[PROFILE]')
    expect((await gristmill(['dev', 'reset', '--yes'], { cwd })).stderr).toContain('[PROFILE]')
    expect(await readFile(join(cwd, '.gristmill', 'profile.json'), 'utf8')).toBe(profile)
    expect(existsSync(join(cwd, '.gristmill', 'dev'))).toBe(false)

    const other = await createFolder()
    await mkdir(join(other, '.gristmill', 'keys'), { recursive: true })
    const key = join(other, '.gristmill', 'keys', 'maker.key')
    await writeFile(key, `0x${'12'.repeat(32)}`, { mode: 0o600 })
    const taken = await gristmill(['dev', '--no-datatrust', '--port', '0'], { cwd: other })
    expect(taken.stderr).toContain('[KEY_TAKEN]')
    expect(await readFile(key, 'utf8')).toBe(`0x${'12'.repeat(32)}`)
  })

  it.each([
    [['dev', '--port', '65536']],
    [['dev', '--datatrust-port', 'x']],
    [['dev', 'advance', '2 hours']],
    [['dev', 'advance', '0s']],
    [['dev', 'fund', 'alice', '--amount', 'much']],
  ])('says what is wrong with %j', async (argv) => {
    const { code, stderr } = await gristmill(argv, { cwd: await createFolder() })
    expect(code).toBe(2)
    expect(stderr).toContain('[ARGUMENT]')
  })

  it('is for its own network only', async () => {
    const cwd = await createFolder()
    expect((await gristmill(['dev', 'status'], { cwd })).stderr).toContain('[PROFILE]')
  })
})
