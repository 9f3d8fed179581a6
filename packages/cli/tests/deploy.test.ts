import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { checkDeployment } from '@gristmill/abi'
import { standardJsonOf } from '@gristmill/abi/standard-json'
import { type Localnet, startLocalnet } from '@gristmill/localnet'
import { CONTRACT_NAMES, deploymentSchema } from '@gristmill/protocol'
import { jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type CommandProcess, spawnCommand } from './_process.js'
import { createFolder, gristmill } from './_util.js'

let localnet: Localnet
let provider: ReturnType<typeof jsonRpcProvider>

beforeAll(async () => {
  localnet = await startLocalnet()
  provider = jsonRpcProvider(localnet.url)
})
afterAll(async () => {
  provider.destroy()
  await localnet.close()
})

/** A folder with the key of a new account that has native coin. */
async function createDeployer(coin = 10n ** 18n): Promise<{ cwd: string; address: string }> {
  const cwd = await createFolder()
  const { address, privateKey } = Wallet.createRandom()
  await localnet.giveGas(address as `0x${string}`, coin)
  await mkdir(join(cwd, '.gristmill', 'keys'), { recursive: true })
  await writeFile(join(cwd, '.gristmill', 'keys', 'deployer.key'), privateKey, { mode: 0o600 })
  return { cwd, address }
}

const deploymentOf = async (cwd: string) =>
  deploymentSchema.parse(JSON.parse(await readFile(join(cwd, 'deployments', '31337.json'), 'utf8')))

describe('deploy', () => {
  it('deploys, writes addresses and what verifies the sources, and a second time only checks', async () => {
    const { cwd, address } = await createDeployer()
    const argv = ['deploy', '--rpc', localnet.url, '--yes', '--json']
    const first = await gristmill(argv, { cwd })
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const deployment = await deploymentOf(cwd)
    expect(JSON.parse(first.stdout)).toMatchObject({ isNew: true, deployment })
    await checkDeployment(provider, deployment)
    const folder = join(cwd, 'deployments')
    const written = new Set(['31337.json', '31337.verification.json'])
    for (const contract of CONTRACT_NAMES) {
      const { optimizer } = standardJsonOf(contract).settings as { optimizer: { runs: number } }
      const file = `31337.standard-json.runs-${optimizer.runs}.json`
      expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toEqual(standardJsonOf(contract))
      written.add(file)
    }
    expect((await readdir(folder)).sort()).toEqual([...written].sort())
    const verification = JSON.parse(await readFile(join(folder, '31337.verification.json'), 'utf8'))
    expect(verification.contracts.map(({ address }: { address: string }) => address)).toEqual(
      CONTRACT_NAMES.map((contract) => deployment[contract]),
    )
    expect((await stat(join(folder, '31337.json'))).mode & 0o777).toBe(0o644)

    const second = await gristmill(argv, { cwd })
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(second.stdout)).toMatchObject({ isNew: false, deployment })
    expect(await provider.getTransactionCount(address)).toBe(CONTRACT_NAMES.length)
    expect(await gristmill([...argv, '--anew'], { cwd })).toMatchObject({ code: 1 })

    await writeFile(join(folder, '31337.json'), JSON.stringify({ ...deployment, vault: deployment.orders }))
    const wrong = await gristmill(argv, { cwd })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('DEPLOYMENT_MISMATCH')
  })

  it('with --dry-run says what it costs, sends nothing and leaves nothing', async () => {
    const { cwd, address } = await createDeployer()
    const { code, stdout } = await gristmill(['deploy', '--rpc', localnet.url, '--dry-run', '--json'], { cwd })
    expect(code).toBe(0)
    const plan = JSON.parse(stdout)
    expect(plan.steps).toHaveLength(CONTRACT_NAMES.length)
    expect(BigInt(plan.costWei)).toBeGreaterThan(0n)
    expect(await provider.getTransactionCount(address)).toBe(0)
    expect(await readdir(join(cwd, 'deployments'))).toEqual([])
  })

  it('signs nothing without a yes, without money, or without a node', async () => {
    const { cwd } = await createDeployer()
    expect(await gristmill(['deploy', '--rpc', localnet.url], { cwd })).toMatchObject({ code: 3 })
    expect(await gristmill(['deploy'], { cwd })).toMatchObject({ code: 2 })
    const poor = await createDeployer(1n)
    expect(await gristmill(['deploy', '--rpc', localnet.url, '--yes'], { cwd: poor.cwd })).toMatchObject({ code: 4 })
    const offline = await gristmill(['deploy', '--rpc', 'http://127.0.0.1:9', '--yes'], { cwd })
    expect(offline.stderr).toContain('[CHAIN_UNREACHABLE]')
  })

  it('starts anew where the nonces are gone', async () => {
    const { cwd, address } = await createDeployer()
    const proxy = await startProxy(localnet.url)
    const argv = ['deploy', '--rpc', proxy.url, '--yes']
    proxy.killAt(2, 'before', spawnCommand(argv, { cwd }))
    await proxy.killed()
    const key = await readFile(join(cwd, '.gristmill', 'keys', 'deployer.key'), 'utf8')
    await (await new Wallet(key, provider).sendTransaction({ to: address })).wait()
    const stuck = await gristmill(argv, { cwd })
    expect(stuck.stderr).toContain('[DEPLOYMENT_NONCE]')
    expect(stuck.stderr).toContain('gristmill deploy --anew')
    expect(await gristmill([...argv, '--anew'], { cwd })).toMatchObject({ code: 0 })
    await checkDeployment(provider, await deploymentOf(cwd))
  })

  it('killed at every transaction goes on with the next run and sends none twice', { timeout: 120_000 }, async () => {
    const { cwd, address } = await createDeployer()
    const proxy = await startProxy(localnet.url)
    const argv = ['deploy', '--rpc', proxy.url, '--yes']
    // Before the node has the transaction, then before the process knows that the node has it.
    const kills = CONTRACT_NAMES.flatMap(() => ['before', 'after'] as const)
    for (const moment of process.env.GRISTMILL_DEEP ? kills : kills.slice(0, 4)) {
      proxy.killAt(0, moment, spawnCommand(argv, { cwd }))
      await proxy.killed()
    }
    const last = await gristmill(argv, { cwd })
    expect(last).toMatchObject({ code: 0 })
    expect(await provider.getTransactionCount(address)).toBe(CONTRACT_NAMES.length)
    await checkDeployment(provider, await deploymentOf(cwd))
  })
})

interface Proxy {
  url: string
  /** Kills the process when it sends its transaction number `index`. */
  killAt(index: number, moment: 'before' | 'after', victim: CommandProcess): void
  /** Resolves when it was killed. */
  killed(): Promise<void>
}

/** Stands between a process and the chain, and ends the process at a transaction. */
async function startProxy(target: string): Promise<Proxy> {
  let plan: { left: number; moment: 'before' | 'after'; victim: CommandProcess } | undefined
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const isLast = body.includes('eth_sendRawTransaction') && plan !== undefined && plan.left-- === 0
    if (isLast && plan?.moment === 'before') {
      plan.victim.child.kill('SIGKILL')
      return
    }
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const text = await answer.text()
    if (isLast) plan?.victim.child.kill('SIGKILL')
    else response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    killAt: (left, moment, victim) => {
      plan = { left, moment, victim }
    },
    killed: async () => {
      const { victim } = plan!
      expect(await victim.ended, victim.output().stderr).toBe('SIGKILL')
      plan = undefined
    },
  }
}
