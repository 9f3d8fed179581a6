import { type ListingId, type OrderId, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, start } from '../src/index.js'
import { sendSigned } from './_http.js'
import { RpcProxy } from './_rpc-proxy.js'
import {
  ACCESS_PRICE,
  buyDirect,
  buyersKey,
  clientOf,
  downloadDirect,
  publish,
  type Stage,
  setStage,
  until,
  walletOf,
} from './_util.js'

/** Long enough for a datatrust that looks twenty times a second to have done what it should not do. */
const WHILE_MS = 600

/** Two endpoints of one chain, either of which can be made to fail. */
describe('a payment', () => {
  let stage: Stage
  let node: RpcProxy
  let witness: RpcProxy
  let server: Server
  let buyer: Client
  let listing: ListingId

  beforeAll(async () => {
    stage = await setStage()
    const { localnet, params } = stage
    ;[node, witness] = await Promise.all([RpcProxy.to(localnet.url), RpcProxy.to(localnet.url)])
    server = await start({
      ...params,
      chain: {
        ...params.chain,
        rpcUrl: node.url,
        witnessRpcUrls: [witness.url],
        finality: `0:1,${ACCESS_PRICE}:3;${localnet.token}=0:1,${ACCESS_PRICE}:4`,
      },
    })
    const maker = await clientOf(localnet, 'maker', server.url)
    buyer = await clientOf(localnet, 'buyer', server.url)
    listing = (await publish(maker, stage.market)).listing
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await node?.[Symbol.asyncDispose]()
    await witness?.[Symbol.asyncDispose]()
    await stage?.close()
  })

  const state = async (orderId: OrderId) => (await buyer.orders.document({ orderId })).state
  const ready = async () => fetch(`${server.url}/v1/health/ready`)
  const mine = async (blocks: number) => {
    for (let mined = 0; mined < blocks; mined += 1) await stage.localnet.advance(1)
  }
  const adopted = (orderId: OrderId) => until(async () => (await state(orderId)) === 'running')
  const pause = () => new Promise((resolve) => setTimeout(resolve, WHILE_MS))
  const message = (orderId: OrderId) =>
    sendSigned(stage, server.url, walletOf(stage.localnet, 'buyer'), {
      method: 'GET',
      resource: `/v1/orders/${orderId}/message`,
    })

  it('is delivered on once it is as final as its value asks for, not before', async () => {
    const orderId = await buyDirect(buyer, listing)
    await adopted(orderId)
    await mine(2)
    await pause()
    expect(await state(orderId)).toBe('running')
    expect(await message(orderId)).toMatchObject({ status: 409, code: 'ORDER_NOT_READY' })
    await mine(1)
    await until(async () => (await state(orderId)) === 'ready')
    expect((await downloadDirect(buyer, orderId)).length).toBeGreaterThan(0)
  })

  it('is not delivered on while another endpoint shows another block; readiness says so, until they agree', async () => {
    const orderId = await buyDirect(buyer, listing)
    await mine(3)
    await until(async () => (await state(orderId)) === 'ready')
    witness.fault = ({ method }, ask) =>
      method === 'eth_getBlockByNumber'
        ? ask().then((block) => ({ ...(block as object), hash: ZERO_BYTES32.replace(/0$/, '1') }))
        : undefined
    await until(async () => (await ready()).status === 503)
    expect(await (await ready()).json()).toMatchObject({ code: 'NOT_READY', details: { part: 'chain-endpoints' } })
    expect(await message(orderId)).toMatchObject({ status: 503, code: 'CHAIN_DISAGREEMENT' })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
    witness.fault = () => undefined
    await until(async () => (await ready()).ok)
    expect(await message(orderId)).toMatchObject({ status: 200 })
  })

  it('that only one endpoint knows is not delivered on', async () => {
    // The node is right, the witness knows of no order: it could as well be the other way round.
    witness.fault = ({ method }, ask) =>
      method === 'eth_call' ? ask().then((words) => `0x${'0'.repeat(String(words).length - 2)}`) : undefined
    const orderId = await buyDirect(buyer, listing)
    await mine(3)
    await adopted(orderId)
    await pause()
    expect(await state(orderId)).toBe('running')
    witness.fault = () => undefined
    await until(async () => (await state(orderId)) === 'ready')
  })

  it('waits for an endpoint that is behind or away', async () => {
    const head = await stage.operator.provider.getBlockNumber()
    witness.fault = ({ method }) =>
      method === 'eth_blockNumber' ? Promise.resolve(`0x${head.toString(16)}`) : undefined
    const orderId = await buyDirect(buyer, listing)
    await mine(3)
    await adopted(orderId)
    witness.fault = () => 'hang up'
    await pause()
    expect(await state(orderId)).toBe('running')
    expect((await ready()).ok).toBe(true)
    witness.fault = () => undefined
    await until(async () => (await state(orderId)) === 'ready')
  })

  it('made while the node was down, behind or beside itself is caught up with', async () => {
    const head = await stage.operator.provider.getBlockNumber()
    node.fault = ({ method }) =>
      method === 'eth_blockNumber' ? Promise.resolve(`0x${(head - 1).toString(16)}`) : undefined
    await pause()
    // It has fewer blocks than it had: nobody's order is forgotten for that.
    const quote = await buyer.orders.quote({
      listing,
      kind: 'access',
      direct: true,
      recipientPublicKey: (await buyersKey()).publicKey,
    })
    node.fault = ({ method }) => (method === 'eth_getLogs' ? Promise.resolve('nonsense') : undefined)
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    await pause()
    node.fault = () => 'hang up'
    await mine(40)
    await pause()
    node.fault = ({ method }) => (method === 'eth_blockNumber' ? Promise.resolve('0x3b9aca00') : undefined)
    await pause()
    node.fault = () => undefined
    await until(async () => (await state(orderId)) === 'ready')
    expect((await downloadDirect(buyer, orderId)).length).toBeGreaterThan(0)
  })
})
