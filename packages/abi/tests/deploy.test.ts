import { type ContractName, isProtocolError } from '@gristmill/protocol'
import { Contract, isError, type TransactionRequest, type TransactionResponse, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { DeploymentNonceError, deployGristmill, Listings__factory, Markets__factory } from '../src/index.js'
import { openChain } from './_chain.js'

const CONTRACTS = [
  'vault',
  'datatrusts',
  'share',
  'linearCurve',
  'flatCurve',
  'rootCurve',
  'computableCurve',
  'markets',
  'listings',
  'fair',
  'orders',
  'signals',
  'curation',
]

/** Sends something else of its own just before its transaction with the nonce 3. */
class Distracted extends Wallet {
  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    if (request.nonce === 3) await (await super.sendTransaction({ to: this.address, nonce: 3 })).wait()
    return super.sendTransaction(request)
  }
}

/** Picks its nonces itself, whatever it is told. */
class Stubborn extends Wallet {
  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    if (request.nonce === 0) await (await super.sendTransaction({ to: this.address, nonce: 0 })).wait()
    return super.sendTransaction({ ...request, nonce: await this.getNonce('latest') })
  }
}

describe('deployGristmill', () => {
  it('deploys contracts that know each other, and says so one by one', async () => {
    const { provider, key } = await openChain()
    const deployed: [ContractName, string][] = []
    const deployment = await deployGristmill(new Wallet(key, provider), {
      onDeployed: (contract, address) => deployed.push([contract, address]),
    })
    expect(deployed).toEqual(CONTRACTS.map((name) => [name, deployment[name as ContractName]]))
    expect(deployment.chainId).toBe(31_337)
    expect(deployment.deployedAtBlock).toBe(1)
    expect(JSON.parse(JSON.stringify(deployment))).toEqual(deployment)
    for (const name of CONTRACTS) {
      expect((await provider.getCode(deployment[name as ContractName])).length).toBeGreaterThan(2)
    }
    const markets = Markets__factory.connect(deployment.markets, provider)
    const listings = Listings__factory.connect(deployment.listings, provider)
    expect([await markets.VAULT(), await markets.ORDERS()]).toEqual([deployment.vault, deployment.orders])
    expect([await listings.VAULT(), await listings.DATATRUSTS(), await listings.MARKETS()]).toEqual([
      deployment.vault,
      deployment.datatrusts,
      deployment.markets,
    ])
  })

  it('deploys a second instance from the same account', async () => {
    const { provider, key } = await openChain()
    const first = await deployGristmill(new Wallet(key, provider))
    const second = await deployGristmill(new Wallet(key, provider))
    expect(second.deployedAtBlock).toBe(CONTRACTS.length + 1)
    expect(second.orders).not.toBe(first.orders)
  })

  it.each([
    ['linearCurve', Distracted, 3],
    ['vault', Stubborn, 0],
  ] as const)('stops at %s when the nonce moved underneath', async (contract, Signer, nonce) => {
    const { provider, key } = await openChain()
    const signer = new Signer(key, provider)
    const failure = await deployGristmill(signer, { pollIntervalMs: 10 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DeploymentNonceError)
    expect(isProtocolError(failure, 'DEPLOYMENT_NONCE') && failure.details).toEqual({
      contract,
      deployer: signer.address,
      nonce,
    })
  })

  it('passes on what has nothing to do with nonces', async () => {
    const { provider } = await openChain()
    const poor = Wallet.createRandom(provider)
    const failure = await deployGristmill(poor).catch((error: unknown) => error)
    expect(failure).not.toBeInstanceOf(DeploymentNonceError)
    const offline = await deployGristmill(Wallet.createRandom()).catch((error: unknown) => error)
    expect(isError(offline, 'UNSUPPORTED_OPERATION')).toBe(true)
  })

  it('exports abis that ethers takes', () => {
    expect(new Contract(`0x${'1'.repeat(40)}`, Markets__factory.abi).interface.getFunction('fund')).not.toBeNull()
  })
})
