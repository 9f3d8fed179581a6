import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { UNIT } from '../support/defaults.ts'
import { deployVault } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'

type Call = readonly [target: Contract, method: string, ...args: unknown[]]

/** Two contract accounts with two kinds of tokens of their own, in their wallets and in the Vault. */
async function deployModules() {
  const fixture = await deployVault()
  const { deployer, token, vault } = fixture
  const [module, other] = await Promise.all([0, 1].map(() => deployContract('Batch', [], deployer)))
  if (!module || !other) throw new Error('unreachable')
  const second = await deployContract('TestToken', [], deployer)
  for (const batch of [module, other]) {
    for (const asset of [token, second]) {
      await asset.mint(batch, 100n * UNIT)
      await run(batch, [asset, 'approve', vault, 100n * UNIT], [vault, 'deposit', asset, 50n * UNIT, batch])
    }
  }
  return { ...fixture, module, other, second }
}

async function run(batch: Contract, ...calls: Call[]) {
  const [targets, data] = await encode(calls)
  return batch.run(targets, data)
}

/** A call of `batch` that makes `calls` in turn. */
async function nested(batch: Contract, ...calls: Call[]): Promise<Call> {
  return [batch, 'run', ...(await encode(calls))]
}

async function encode(calls: readonly Call[]): Promise<[targets: string[], data: string[]]> {
  const targets = await Promise.all(calls.map(([target]) => target.getAddress()))
  const data = await Promise.all(
    calls.map(async ([target, method, ...args]) => {
      const plain = await Promise.all(args.map((arg) => (isContract(arg) ? arg.getAddress() : arg)))
      return target.interface.encodeFunctionData(method, plain)
    }),
  )
  return [targets, data]
}

function isContract(arg: unknown): arg is Contract {
  return typeof arg === 'object' && arg !== null && 'getAddress' in arg
}

describe('Vault.open and Vault.close', () => {
  it('credit what came in between to whom the opener names', async () => {
    const { token, vault, module, buyer } = await loadFixture(deployModules)
    const calls: Call[] = [
      [vault, 'open', token],
      [token, 'transfer', vault, 7n * UNIT],
      [vault, 'close', token, buyer.address],
    ]
    expect((await eventsOf(run(module, ...calls), vault)).at(-1)).toEqual({
      name: 'Deposited',
      args: [await token.getAddress(), await module.getAddress(), buyer.address, 7n * UNIT],
    })
    expect(await vault.balanceOf(buyer.address, BigInt(await token.getAddress()))).toBe(7n * UNIT)
  })

  it('do not credit what had come in before', async () => {
    const { token, vault, module, buyer } = await loadFixture(deployModules)
    const calls: Call[] = [
      [token, 'transfer', vault, 7n * UNIT],
      [vault, 'open', token],
      [vault, 'close', token, buyer.address],
    ]
    expect(await revertOf(run(module, ...calls))).toEqual({
      name: 'Vault_NothingReceived',
      args: [await token.getAddress()],
    })
  })

  it('refuse whatever would mix with the measure, by anybody and of any token: deposit, withdraw, open', async () => {
    const { token, vault, module, other, second } = await loadFixture(deployModules)
    for (const batch of [module, other]) {
      for (const touched of [token, second]) {
        const attempts: Call[] = [
          [vault, 'deposit', touched, UNIT, batch],
          [vault, 'withdraw', touched, UNIT, batch],
          [vault, 'open', touched],
        ]
        for (const attempt of attempts) {
          const call = batch === module ? attempt : await nested(other, attempt)
          expect(await revertOf(run(module, [vault, 'open', token], call))).toEqual({
            name: 'Vault_Open',
            args: [await token.getAddress()],
          })
          if (attempt[1] !== 'open') await run(module, await nested(batch, attempt))
        }
      }
    }
  })

  it('leave balances alone: they move from one account to another', async () => {
    const { token, vault, module, other } = await loadFixture(deployModules)
    const id = BigInt(await token.getAddress())
    await run(
      module,
      [vault, 'open', token],
      [vault, 'transfer', other, id, UNIT],
      [token, 'transfer', vault, UNIT],
      [vault, 'close', token, module],
    )
    expect(await vault.balanceOf(module, id)).toBe(50n * UNIT)
    expect(await vault.balanceOf(other, id)).toBe(51n * UNIT)
  })

  it('free the Vault again in the same transaction, for the next opening and for deposits', async () => {
    const { token, vault, module, other, second } = await loadFixture(deployModules)
    const opened = (asset: Contract): Call[] => [
      [vault, 'open', asset],
      [asset, 'transfer', vault, UNIT],
      [vault, 'close', asset, module],
    ]
    const deposit: Call = await nested(other, [vault, 'deposit', second, UNIT, other])
    await run(module, ...opened(token), ...opened(second), deposit, ...opened(token))
    expect(await vault.balanceOf(module, BigInt(await token.getAddress()))).toBe(52n * UNIT)
    for (const account of [module, other])
      expect(await vault.balanceOf(account, BigInt(await second.getAddress()))).toBe(51n * UNIT)
  })

  it('refuse to be closed for another token than was opened', async () => {
    const { token, vault, module, second } = await loadFixture(deployModules)
    const calls: Call[] = [
      [vault, 'open', token],
      [second, 'transfer', vault, UNIT],
      [vault, 'close', second, module],
    ]
    expect(await revertOf(run(module, ...calls))).toEqual({
      name: 'Vault_NotOpen',
      args: [await second.getAddress(), await module.getAddress()],
    })
  })

  it('refuse to be closed by anybody but the opener', async () => {
    const { token, vault, module, other } = await loadFixture(deployModules)
    const steal = await nested(other, [vault, 'close', token, other])
    const calls: Call[] = [[vault, 'open', token], [token, 'transfer', vault, UNIT], steal]
    expect(await revertOf(run(module, ...calls))).toEqual({
      name: 'Vault_NotOpen',
      args: [await token.getAddress(), await other.getAddress()],
    })
  })

  it('refuse to be closed twice, without an opening, or for no token', async () => {
    const { token, vault, module } = await loadFixture(deployModules)
    const close: Call = [vault, 'close', token, module]
    const once: Call[] = [[vault, 'open', token], [token, 'transfer', vault, UNIT], close]
    expect((await revertOf(run(module, close))).name).toBe('Vault_NotOpen')
    expect((await revertOf(run(module, ...once, close))).name).toBe('Vault_NotOpen')
    const forNone: Call = [vault, 'close', ethers.ZeroAddress, module]
    expect((await revertOf(run(module, ...once, forNone))).name).toBe('Vault_NotOpen')
  })

  it('end with the transaction: one left open hinders nobody after it', async () => {
    const { token, vault, module, other } = await loadFixture(deployModules)
    await run(module, [vault, 'open', token])
    await run(other, [vault, 'withdraw', token, UNIT, other])
    expect((await revertOf(run(module, [vault, 'close', token, module]))).name).toBe('Vault_NotOpen')
  })

  it('refuse an address without code', async () => {
    const { vault, stranger } = await loadFixture(deployModules)
    const { name } = await revertOf(vault.connect(stranger).open(stranger.address))
    expect(name).toBe('Vault_NotToken')
  })
})
