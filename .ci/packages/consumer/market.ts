import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Orders__factory } from '@gristmill/abi'
import { prepareIdentity, start } from '@gristmill/datatrust'
import { startLocalnet } from '@gristmill/localnet'
import { isProtocolError } from '@gristmill/protocol'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { nodeSha256 } from '@gristmill/sdk/node'
import { DiskBlobStore } from '@gristmill/storage'
import { Wallet } from 'ethers'

const directory = await mkdtemp(join(tmpdir(), 'gristmill-consumer-'))
const dataDirectory = join(directory, 'datatrust')
try {
  await using localnet = await startLocalnet()
  const { deployment } = localnet
  const provider = jsonRpcProvider(localnet.url)
  const operator = await Client.connect({
    runner: new Wallet(localnet.actors.operator.privateKey, provider),
    deployment,
  })

  const identity = await prepareIdentity({ dataDirectory, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, 10n ** 18n)
  const payout = localnet.actors.operator.address
  const { datatrust } = await operator.datatrusts.register({
    ...identity,
    payout,
    asset: localnet.token,
    url: 'http://127.0.0.1',
  })
  await using server = await start({
    datatrust,
    dataDirectory,
    port: 0,
    logLevel: 'silent',
    chain: { rpcUrl: localnet.url, chainId: BigInt(localnet.chainId), deployment },
  })
  const reader = await Client.connect({ runner: provider, deployment, datatrust: server.url, sha256: nodeSha256 })
  const orders = Orders__factory.connect(deployment.orders, provider)

  await using store = await DiskBlobStore.open(join(directory, 'blobs'))
  const refusal = await store.open('nothing/here').then(
    () => undefined,
    (error: unknown) => error,
  )
  console.log(
    (await reader.datatrusts.get({ datatrust })).operator === payout,
    (await orders.getAddress()) === deployment.orders,
    isProtocolError(refusal, 'BLOB_NOT_FOUND'),
  )
} finally {
  await rm(directory, { recursive: true, force: true })
}
