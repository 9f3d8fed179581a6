import type { Localnet } from '@gristmill/localnet'
import { JsonRpcProvider, makeError, Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ChainUnreachableError,
  Client,
  ContractRevertError,
  InsufficientFundsError,
  InvalidParameterError,
  jsonRpcProvider,
  NoDatatrustError,
  NoProviderError,
  NoSignerError,
  NotDeployedError,
  WrongChainError,
} from '../src/index.js'
import { clientOf, errorOf, ONE, startTestLocalnet, walletOf } from './_util.js'

let localnet: Localnet
beforeAll(async () => {
  localnet = await startTestLocalnet()
})
afterAll(() => localnet.close())

describe('connecting', () => {
  it('names both chains when the provider is on another one', async () => {
    const deployment = { ...localnet.deployment, chainId: 1 }
    const error = await errorOf(Client.connect({ runner: walletOf(localnet, 'buyer'), deployment }))
    expect(error).toBeInstanceOf(WrongChainError)
    expect(error).toMatchObject({ details: { expected: '1', actual: '31337' } })
  })

  it('names the contract that is not where the deployment says', async () => {
    const deployment = { ...localnet.deployment, orders: localnet.actors.stranger.address }
    const error = await errorOf(Client.connect({ runner: walletOf(localnet, 'buyer'), deployment }))
    expect(error).toBeInstanceOf(NotDeployedError)
    expect(error).toMatchObject({ details: { contract: 'orders', address: localnet.actors.stranger.address } })
  })

  it('asks for no code to know whether there is any', async () => {
    const asked: string[] = []
    const runner = Object.assign(jsonRpcProvider(localnet.url), {
      send(method: string, params: unknown[]) {
        asked.push(method)
        return JsonRpcProvider.prototype.send.call(this, method, params as never)
      },
    })
    await Client.connect({ runner, deployment: localnet.deployment })
    expect(asked.filter((method) => method !== 'eth_chainId')).toEqual(['eth_call'])
  })

  it.each([
    ['refuses', () => Promise.reject(makeError('could not coalesce error', 'UNKNOWN_ERROR'))],
    ['does not understand', () => Promise.resolve('0x')],
  ])('looks at the codes themselves where a node %s a call to nobody', async (_, call) => {
    const runner = Object.assign(jsonRpcProvider(localnet.url), { call })
    const { deployment } = localnet
    await expect(Client.connect({ runner, deployment })).resolves.toBeInstanceOf(Client)
    const wrong = { ...deployment, curation: localnet.actors.stranger.address }
    await expect(Client.connect({ runner, deployment: wrong })).rejects.toMatchObject({
      details: { contract: 'curation' },
    })
  })

  it('refuses a signer without a provider', async () => {
    const runner = new Wallet(localnet.actors.buyer.privateKey)
    await expect(Client.connect({ runner, deployment: localnet.deployment })).rejects.toBeInstanceOf(NoProviderError)
  })

  it('refuses a datatrust URL that is none', async () => {
    await expect(clientOf(localnet, 'buyer', 'file:///etc/passwd')).rejects.toBeInstanceOf(InvalidParameterError)
  })

  it('reads with a provider alone, and says so when it has to sign', async () => {
    const client = await Client.connect({ runner: jsonRpcProvider(localnet.url), deployment: localnet.deployment })
    const account = localnet.actors.buyer.address
    expect(await client.vault.balance({ token: localnet.token, account })).toEqual({
      vault: 0n,
      wallet: 10_000_000n * ONE,
    })
    await expect(client.vault.withdraw({ token: localnet.token, amount: 1n })).rejects.toBeInstanceOf(NoSignerError)
  })

  it('says so when a call needs a datatrust and none was named', async () => {
    const client = await clientOf(localnet, 'buyer')
    await expect(client.listings.approvals()).rejects.toBeInstanceOf(NoDatatrustError)
  })

  it('tells an unreachable node from everything else', async () => {
    const client = await clientOf(localnet, 'buyer')
    const other = await startTestLocalnet()
    const doomed = await clientOf(other, 'buyer')
    await other.close()
    const token = other.token
    await expect(doomed.vault.balance({ token })).rejects.toBeInstanceOf(ChainUnreachableError)
    await expect(client.vault.balance({ token: localnet.token })).resolves.toBeDefined()
  })
})

describe('the vault', () => {
  it('takes a deposit by permit and gives it back', async () => {
    const client = await clientOf(localnet, 'buyer')
    const { token } = localnet
    const { credited, receipt } = await client.vault.deposit({ token, amount: 7n * ONE })
    expect(credited).toBe(7n * ONE)
    expect(receipt.status).toBe(1)
    expect((await client.vault.balance({ token })).vault).toBe(7n * ONE)
    expect((await client.vault.withdraw({ token, amount: 7n * ONE })).amount).toBe(7n * ONE)
    expect(await client.vault.balance({ token })).toEqual({ vault: 0n, wallet: 10_000_000n * ONE })
    expect(await client.vault.token({ token })).toMatchObject({ decimals: 6 })
  })

  it('says what a deposit by allowance lacks', async () => {
    const client = await clientOf(localnet, 'buyer')
    const deposit = client.vault.deposit({ token: localnet.token, amount: 1n, payment: 'allowance' })
    const error = await errorOf(deposit)
    expect(error).toBeInstanceOf(ContractRevertError)
    expect(error).toMatchObject({ errorName: 'ERC20InsufficientAllowance', code: 'ERC20_INSUFFICIENT_ALLOWANCE' })
  })

  it('takes a deposit by allowance for somebody else', async () => {
    const client = await clientOf(localnet, 'patron')
    const { token, actors } = localnet
    await client.vault.approve({ token, spender: 'vault', amount: 3n })
    const to = actors.curator.address
    await client.vault.deposit({ token, amount: 3n, payment: 'allowance', to })
    expect((await client.vault.balance({ token, account: to })).vault).toBe(3n)
    await expect(client.vault.deposit({ token, amount: 3n, to })).rejects.toBeInstanceOf(InvalidParameterError)
  })

  it('refuses to withdraw more than there is, with the values', async () => {
    const client = await clientOf(localnet, 'stranger')
    const error = await errorOf(client.vault.withdraw({ token: localnet.token, amount: 5n }))
    expect(error).toBeInstanceOf(ContractRevertError)
    expect(error).toMatchObject({ errorName: 'ERC6909InsufficientBalance', args: { balance: 0n, needed: 5n } })
  })

  it('names a token that is none', async () => {
    const client = await clientOf(localnet, 'buyer')
    const token = localnet.actors.stranger.address
    const error = await errorOf(client.vault.deposit({ token, amount: 1n, payment: 'allowance' }))
    expect(error).toMatchObject({ errorName: 'Vault_NotToken', args: { token } })
    await expect(client.vault.deposit({ token, amount: 1n })).rejects.toBeInstanceOf(InvalidParameterError)
  })

  it('lets a client send many transactions at once', async () => {
    const client = await clientOf(localnet, 'maker')
    const { token } = localnet
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => client.vault.authorize({ module: i % 2 ? 'orders' : 'markets' })),
    )
    const account = localnet.actors.maker.address
    expect(await client.contracts.vault.isOperator(account, localnet.deployment.orders)).toBe(true)
    await client.vault.revoke({ module: 'orders' })
    expect(await client.contracts.vault.isOperator(account, localnet.deployment.orders)).toBe(false)
    expect((await client.vault.balance({ token })).vault).toBe(0n)
  })

  it('tells an account without gas', async () => {
    const runner = Wallet.createRandom().connect(jsonRpcProvider(localnet.url))
    const client = await Client.connect({ runner, deployment: localnet.deployment })
    await expect(client.vault.authorize({ module: 'orders' })).rejects.toBeInstanceOf(InsufficientFundsError)
  })
})
