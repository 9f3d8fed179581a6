import type { Localnet } from '@gristmill/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, type SigningRequest, type TransactionProgress } from '../src/index.js'
import { ONE, startTestLocalnet, walletOf } from './_util.js'

let localnet: Localnet
beforeAll(async () => {
  localnet = await startTestLocalnet()
})
afterAll(() => localnet.close())

async function listeningClient(beforeSign: (request: SigningRequest) => void) {
  const progress: TransactionProgress[] = []
  const client = await Client.connect({
    runner: walletOf(localnet, 'buyer'),
    deployment: localnet.deployment,
    beforeSign,
    onTransaction: (step) => progress.push(step),
  })
  return { client, progress }
}

describe('an application that wants to know of signatures', () => {
  it('is told of each, once, before it is made, and of what became of the transaction', async () => {
    const requests: SigningRequest[] = []
    const { client, progress } = await listeningClient((request) => requests.push(request))
    const { token, deployment, actors } = localnet
    const { receipt } = await client.vault.deposit({ token, amount: ONE })
    expect(requests).toMatchObject([
      { kind: 'typedData', primaryType: 'Permit', message: { spender: deployment.vault, value: ONE } },
      {
        kind: 'transaction',
        contract: 'vault',
        address: deployment.vault,
        function: 'depositWithPermit',
        args: { token, amount: ONE },
        gasEstimate: expect.any(BigInt),
      },
    ])
    expect(progress).toEqual(
      ['sent', 'confirmed'].map((state) => ({
        state,
        contract: 'vault',
        function: 'depositWithPermit',
        transactionHash: receipt.hash,
      })),
    )
    await client.vault.approve({ token, spender: 'vault', amount: 0n })
    expect(requests.at(-1)).toMatchObject({
      contract: 'token',
      function: 'approve',
      args: { spender: deployment.vault },
    })
    expect(await client.provider.getTransactionCount(actors.buyer.address)).toBe(2)
  })

  it('keeps what it does not want from being signed', async () => {
    class Refused extends Error {}
    const { client, progress } = await listeningClient((request) => {
      if (request.kind === 'transaction') throw Object.assign(new Refused(), { code: 'REFUSED', details: {} })
    })
    const { address } = localnet.actors.buyer
    const count = await client.provider.getTransactionCount(address)
    await expect(client.vault.withdraw({ token: localnet.token, amount: 1n })).rejects.toBeInstanceOf(Refused)
    expect(await client.provider.getTransactionCount(address)).toBe(count)
    expect(progress).toEqual([])
  })
})
