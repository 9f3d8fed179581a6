import { CONTRACT_NAMES, type ContractName, type Hex, toWire } from '@gristmill/protocol'
import { getCreateAddress, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import {
  ChainUnsupportedError,
  checkDeployment,
  DeploymentFailedError,
  DeploymentMismatchError,
  DeploymentNonceError,
  type DeploymentRecord,
  DeploymentRecordError,
  DeploymentTimeoutError,
  deployGristmill,
  deploymentRecordSchema,
  planDeployment,
} from '../src/index.js'
import { type Interceptor, openChain, type TestChain } from './_chain.js'

const POLL = { pollIntervalMs: 10 }
/** A third of the contracts, unless there is time. */
const STEPS = CONTRACT_NAMES.map((contract, index) => [contract, index] as const).filter(
  ([, index]) => process.env.GRISTMILL_DEEP || index % 3 === 0,
)

/** What a file would hold: nothing of a record survives but its JSON. */
class Disk {
  text: string | undefined

  readonly save = (record: DeploymentRecord): void => {
    this.text = toWire(record)
  }

  read(): DeploymentRecord {
    return deploymentRecordSchema.parse(JSON.parse(this.text!))
  }
}

class ConnectionLost extends Error {}

/** Lets `allowed` transactions through; then loses the request or, if `after`, the answer, and everything later. */
function dropping(allowed: number, after: boolean): { intercept: Interceptor; mend: () => void } {
  let sent = 0
  let isDown = false
  let isMended = false
  return {
    mend: () => {
      isMended = true
    },
    intercept: async ({ method }, forward) => {
      if (isMended) return await forward()
      if (isDown) throw new ConnectionLost()
      if (method === 'eth_sendRawTransaction' && sent++ === allowed) {
        isDown = true
        if (after) await forward()
        throw new ConnectionLost()
      }
      return await forward()
    },
  }
}

async function nonceOf({ provider, key }: TestChain): Promise<number> {
  return provider.getTransactionCount(new Wallet(key).address)
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )
}

describe('a deployment whose connection is lost', () => {
  it.each(STEPS)('at %s goes on there and deploys nothing twice', async (_, index) => {
    // The request is lost or the answer: which one at which contract alternates unless there is time.
    for (const after of process.env.GRISTMILL_DEEP ? [false, true] : [index % 2 === 1]) {
      const { intercept, mend } = dropping(index, after)
      const chain = await openChain({ intercept })
      const signer = new Wallet(chain.key, chain.provider)
      const disk = new Disk()
      expect(await failureOf(deployGristmill(signer, { ...POLL, save: disk.save }))).not.toBe('no failure')
      mend()
      const announced: ContractName[] = []
      const deployment = await deployGristmill(signer, {
        ...POLL,
        record: disk.read(),
        save: disk.save,
        onDeployed: (contract) => announced.push(contract),
      })
      expect(announced).toEqual(CONTRACT_NAMES)
      expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
      expect(deployment.deployedAtBlock).toBe(1)
      await checkDeployment(chain.provider, deployment)
    }
  })

  it('is over when all is there: a further run sends nothing and says the same', async () => {
    const chain = await openChain()
    const signer = new Wallet(chain.key, chain.provider)
    const disk = new Disk()
    const deployment = await deployGristmill(signer, { ...POLL, save: disk.save })
    expect(await deployGristmill(signer, { ...POLL, record: disk.read() })).toEqual(deployment)
    expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
  })
})

describe('a transaction that waits', () => {
  const waiting = async () => {
    const chain = await openChain({ automine: false })
    return { chain, signer: new Wallet(chain.key, chain.provider), disk: new Disk() }
  }
  const mine = ({ raw }: TestChain) => raw.request({ method: 'evm_mine', params: [] })

  it('is replaced at a higher fee until it is mined', async () => {
    const { chain, signer, disk } = await waiting()
    const fees = new Set<bigint>()
    const save = (record: DeploymentRecord) => {
      disk.save(record)
      const offered = record.transactions.vault?.fees
      if (offered !== undefined && 'maxFeePerGas' in offered) fees.add(offered.maxFeePerGas)
      if (fees.size >= 3) void mine(chain)
    }
    await deployGristmill(signer, { ...POLL, save, replaceAfterMs: 60 })
    const offers = [...fees]
    expect(offers.length).toBeGreaterThanOrEqual(3)
    expect(offers.slice(1).every((fee, index) => fee * 100n >= offers[index]! * 110n)).toBe(true)
    expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
  })

  it('ends a run in time, and the next one finds it', async () => {
    const { chain, signer, disk } = await waiting()
    const impatient = { ...POLL, save: disk.save, replaceAfterMs: 30, timeoutMs: 60 }
    expect(await failureOf(deployGristmill(signer, impatient))).toBeInstanceOf(DeploymentTimeoutError)
    await chain.raw.request({ method: 'evm_setAutomine', params: [true] })
    await mine(chain)
    const deployment = await deployGristmill(signer, { ...POLL, record: disk.read() })
    await checkDeployment(chain.provider, deployment)
    expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
  })

  it('and is forgotten by the node is sent again', async () => {
    const { chain, signer, disk } = await waiting()
    const impatient = { ...POLL, save: disk.save, replaceAfterMs: 10_000, timeoutMs: 30 }
    const run = failureOf(deployGristmill(signer, { ...impatient, replaceAfterMs: 20 }))
    expect(await run).toBeInstanceOf(DeploymentTimeoutError)
    const { hash } = disk.read().transactions.vault!
    await chain.raw.request({ method: 'hardhat_dropTransaction', params: [hash] })
    await chain.raw.request({ method: 'evm_setAutomine', params: [true] })
    await deployGristmill(signer, { ...POLL, record: disk.read() })
    expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
  })
})

describe('a chain that took blocks back', () => {
  it('gets again what it lost', async () => {
    const chain = await openChain()
    const signer = new Wallet(chain.key, chain.provider)
    const disk = new Disk()
    const snapshots: unknown[] = []
    const deployment = await deployGristmill(signer, {
      ...POLL,
      save: async (record) => {
        disk.save(record)
        if (record.transactions.share === undefined || snapshots.length > 0) return
        snapshots.push(await chain.raw.request({ method: 'evm_snapshot', params: [] }))
      },
    })
    await chain.raw.request({ method: 'evm_revert', params: snapshots })
    expect(await nonceOf(chain)).toBe(2)
    expect(await deployGristmill(signer, { ...POLL, record: disk.read() })).toEqual(deployment)
    expect(await nonceOf(chain)).toBe(CONTRACT_NAMES.length)
  })

  it('is waited for as many confirmations as are wanted', async () => {
    const chain = await openChain()
    const signer = new Wallet(chain.key, chain.provider)
    const timer = setInterval(() => void chain.raw.request({ method: 'evm_mine', params: [] }), 20)
    await deployGristmill(signer, { ...POLL, confirmations: 5 }).finally(() => clearInterval(timer))
    expect(await chain.provider.getBlockNumber()).toBeGreaterThanOrEqual(CONTRACT_NAMES.length + 4)
    const impatient = { ...POLL, confirmations: 500, timeoutMs: 30 }
    expect(await failureOf(deployGristmill(signer, impatient))).toBeInstanceOf(DeploymentTimeoutError)
  })
})

describe('a record', () => {
  const interrupted = async (allowed: number) => {
    const { intercept, mend } = dropping(allowed, false)
    const chain = await openChain({ intercept })
    const signer = new Wallet(chain.key, chain.provider)
    const disk = new Disk()
    await failureOf(deployGristmill(signer, { ...POLL, save: disk.save }))
    mend()
    return { chain, signer, disk }
  }

  it('whose nonces were used for something else cannot be continued', async () => {
    const { signer, disk } = await interrupted(3)
    await (await signer.sendTransaction({ to: signer.address })).wait()
    const failure = await failureOf(deployGristmill(signer, { ...POLL, record: disk.read() }))
    expect(failure).toBeInstanceOf(DeploymentNonceError)
    expect(failure).toMatchObject({ details: { contract: 'linearCurve', nonce: 3 } })
  })

  it('whose address holds another contract cannot be continued', async () => {
    const { chain, signer, disk } = await interrupted(1)
    const address = getCreateAddress({ from: signer.address, nonce: 1 })
    await chain.raw.request({ method: 'hardhat_setCode', params: [address, '0x6001'] })
    const failure = await failureOf(deployGristmill(signer, { ...POLL, record: disk.read() }))
    expect(failure).toBeInstanceOf(DeploymentMismatchError)
  })

  it.each([
    ['another chain', (record: DeploymentRecord) => ({ ...record, chainId: 1 })],
    ['another account', (record: DeploymentRecord) => ({ ...record, deployer: record.codeHash.slice(0, 42) as Hex })],
    ['another version', (record: DeploymentRecord) => ({ ...record, codeHash: `0x${'11'.repeat(32)}` as Hex })],
    ['a chain that was reset', (record: DeploymentRecord) => ({ ...record, firstNonce: 9 })],
  ])('of %s is refused before anything is sent', async (_, change) => {
    const { chain, signer, disk } = await interrupted(2)
    const record = change(disk.read())
    expect(await failureOf(deployGristmill(signer, { ...POLL, record }))).toBeInstanceOf(DeploymentRecordError)
    const plan = planDeployment({ provider: chain.provider, deployer: signer.address as Hex, record })
    expect(await failureOf(plan)).toBeInstanceOf(DeploymentRecordError)
    expect(await nonceOf(chain)).toBe(2)
  })
})

describe('a creation that fails on chain', () => {
  it('is named', async () => {
    const chain = await openChain({
      intercept: async ({ method }, forward) => (method === 'eth_estimateGas' ? '0xc3500' : await forward()),
    })
    const failure = await failureOf(deployGristmill(new Wallet(chain.key, chain.provider), POLL))
    expect(failure).toBeInstanceOf(DeploymentFailedError)
  })
})

describe('a chain without what the contracts need', () => {
  it.each(['shanghai', 'berlin'])('as %s is refused before anything is sent', async (hardfork) => {
    const chain = await openChain({ hardfork })
    const signer = new Wallet(chain.key, chain.provider)
    expect(await failureOf(deployGristmill(signer, POLL))).toBeInstanceOf(ChainUnsupportedError)
    const plan = planDeployment({ provider: chain.provider, deployer: signer.address as Hex })
    expect(await failureOf(plan)).toBeInstanceOf(ChainUnsupportedError)
    expect(await nonceOf(chain)).toBe(0)
  })

  it('is not confused with a node that does not answer', async () => {
    const chain = await openChain({
      intercept: async ({ method }, forward) => {
        if (method === 'eth_call') throw new ConnectionLost()
        return await forward()
      },
    })
    const failure = await failureOf(deployGristmill(new Wallet(chain.key, chain.provider), POLL))
    expect(failure).not.toBeInstanceOf(ChainUnsupportedError)
  })
})

describe('a chain without EIP-1559', () => {
  it('gets transactions of the old kind', async () => {
    const types: unknown[] = []
    const chain = await openChain({
      intercept: async ({ method, params }, forward) => {
        if (method === 'eth_maxPriorityFeePerGas') throw new Error('not offered')
        if (method === 'eth_sendRawTransaction')
          types.push((params as string[])[0]!.slice(0, 4) < '0xc0' ? 'typed' : 'legacy')
        const answer = await forward()
        if (method !== 'eth_getBlockByNumber') return answer
        const { baseFeePerGas: _none, ...block } = answer as Record<string, unknown>
        return block
      },
    })
    const deployment = await deployGristmill(new Wallet(chain.key, chain.provider), POLL)
    await checkDeployment(chain.provider, deployment)
    expect(new Set(types)).toEqual(new Set(['legacy']))
  })
})

describe('planDeployment', () => {
  it('says what is missing and comes close to what it costs', async () => {
    const chain = await openChain()
    const signer = new Wallet(chain.key, chain.provider)
    const deployer = signer.address as Hex
    const plan = await planDeployment({ provider: chain.provider, deployer })
    expect(plan.steps.every(({ isDeployed }) => !isDeployed)).toBe(true)
    const disk = new Disk()
    const deployment = await deployGristmill(signer, { ...POLL, save: disk.save })
    for (const { contract, address } of plan.steps) expect(deployment[contract]).toBe(address)
    const receipts = await Promise.all(
      Object.values(disk.read().transactions).map(({ hash }) => chain.provider.getTransactionReceipt(hash!)),
    )
    const spent = receipts.reduce((sum, receipt) => sum + receipt!.gasUsed, 0n)
    expect(plan.gas).toBeGreaterThan((spent * 95n) / 100n)
    expect(plan.gas).toBeLessThan((spent * 110n) / 100n)
    const after = await planDeployment({ provider: chain.provider, deployer, record: disk.read() })
    expect(after).toMatchObject({ gas: 0n, costWei: 0n })
  })
})

describe('checkDeployment', () => {
  it('tells contracts that are missing, other, or know another peer', async () => {
    const chain = await openChain()
    const signer = new Wallet(chain.key, chain.provider)
    const [first, second] = [await deployGristmill(signer, POLL), await deployGristmill(signer, POLL)]
    await checkDeployment(chain.provider, second)
    const wrong = [
      { ...first, orders: signer.address as Hex },
      { ...first, vault: first.markets },
      { ...first, datatrusts: second.datatrusts },
    ]
    for (const deployment of wrong) {
      expect(await failureOf(checkDeployment(chain.provider, deployment))).toBeInstanceOf(DeploymentMismatchError)
    }
  })
})
