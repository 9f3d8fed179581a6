import { type ActorName, type Localnet, startLocalnet } from '@gristmill/localnet'
import {
  type Address,
  attestationTypedData,
  DAY,
  type Deal,
  type Goods,
  goodsHash,
  type Hex,
  HOUR,
  type Kind,
  type MarketId,
  type Quote,
  quoteTypedData,
  type Receipt,
  servicesMask,
  type TypedData,
  termsHashOf,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { type BaseWallet, hexlify, id, randomBytes, Wallet } from 'ethers'
import { type Attested, Client, defaultMarketConfig, jsonRpcProvider, type MarketConfig } from '../src/index.js'

/** Money of tests: 6 decimals. */
export const ONE = 1_000_000n

/** The suggested config with delays that a test need not sit out. */
export const TEST_CONFIG: MarketConfig = {
  ...defaultMarketConfig(6),
  activationSeconds: 0,
  exitDelaySeconds: HOUR,
  disputeWindowSeconds: DAY,
}

/** A chain for the whole file. */
export function startTestLocalnet(): Promise<Localnet> {
  return startLocalnet({ seed: 'sdk' })
}

/** Wallet of an actor, connected. */
export function walletOf(localnet: Localnet, name: ActorName): Wallet {
  const provider = jsonRpcProvider(localnet.url)
  return new Wallet(localnet.actors[name].privateKey, provider)
}

/** Client of an actor. */
export function clientOf(localnet: Localnet, name: ActorName, datatrust?: string): Promise<Client> {
  const runner = walletOf(localnet, name)
  const { deployment } = localnet
  return Client.connect({ runner, deployment, ...(datatrust === undefined ? {} : { datatrust }) })
}

export async function sign(wallet: BaseWallet, { domain, types, value }: TypedData): Promise<Hex> {
  return (await wallet.signTypedData(domain, types, value)) as Hex
}

/** Random 32 bytes. */
export function random32(): Hex {
  return hexlify(randomBytes(32)) as Hex
}

export interface Stage {
  localnet: Localnet
  maker: Client
  buyer: Client
  patron: Client
  /** Operator and signer of the datatrust. */
  operator: Client
  operatorWallet: Wallet
  market: MarketId
  datatrust: number
}

/** A chain with a funded market and a bonded datatrust whose key the test holds. */
export async function setStage(config: MarketConfig = TEST_CONFIG): Promise<Stage> {
  const localnet = await startTestLocalnet()
  const [maker, buyer, patron, operator] = (await Promise.all(
    (['maker', 'buyer', 'patron', 'operator'] as const).map((name) => clientOf(localnet, name)),
  )) as [Client, Client, Client, Client]
  const asset = localnet.token
  const { market } = await patron.markets.create({
    asset,
    p0: ONE,
    k: 10n ** 24n,
    config,
    seed: 1_000n * ONE,
    payment: 'permit',
  })
  const signer = localnet.actors.operator.address
  const { datatrust } = await operator.datatrusts.register({
    signer,
    payout: signer,
    asset,
    keyFingerprint: id('key') as Hex,
    url: 'https://datatrust.example',
  })
  await operator.datatrusts.bond({ datatrust, amount: 2_000n * ONE, payment: 'permit' })
  const operatorWallet = walletOf(localnet, 'operator')
  return { localnet, maker, buyer, patron, operator, operatorWallet, market, datatrust }
}

export interface AttestParams {
  /** Default: the stage's. */
  maker?: Address
  market?: MarketId
  services?: Kind[]
  contentRoot?: Hex
  sizeBytes?: number
  policyHash?: Hex
  metadataHash?: Hex
}

/** What a datatrust attests for the maker, signed with the operator's key. */
export async function attest(stage: Stage, params: AttestParams = {}): Promise<Attested> {
  const { localnet, datatrust, operatorWallet } = stage
  const { maker = localnet.actors.maker.address, market = stage.market } = params
  const { services = ['access', 'compute'], contentRoot = random32(), sizeBytes = 12_345 } = params
  const policyHash = params.policyHash ?? (services.includes('compute') ? random32() : ZERO_BYTES32)
  const metadataHash = params.metadataHash ?? random32()
  const salt = random32()
  const now = await chainNow(stage)
  const words = {
    datatrust,
    contentRoot,
    policyHash,
    metadataHash,
    services: servicesMask(services),
    expiry: now + HOUR,
  }
  const message = { ...words, maker, market, salt, sizeBytes: BigInt(sizeBytes) }
  const domain = { chainId: BigInt(localnet.chainId), verifyingContract: localnet.deployment.listings }
  const signature = await sign(operatorWallet, attestationTypedData(domain, message))
  return { market, salt, attestation: { ...words, sizeBytes, signature } }
}

export interface OfferParams {
  attested: Attested
  listing: Hex
  kind: Kind
  price: bigint
  n?: bigint
  config?: MarketConfig
  buyer?: Address
  goods?: Partial<Goods>
  deal?: Partial<Deal>
}

/** A quote as a datatrust makes it, signed with the operator's key. */
export async function offer(stage: Stage, params: OfferParams): Promise<Quote> {
  const { localnet, operatorWallet } = stage
  const { attested, kind, listing, price, config = TEST_CONFIG, n = BigInt(hexlify(randomBytes(8))) } = params
  const { contentRoot, sizeBytes, metadataHash, policyHash } = attested.attestation
  const isRun = kind === 'compute'
  const deal: Deal = {
    listing,
    buyer: params.buyer ?? localnet.actors.buyer.address,
    n,
    market: attested.market,
    asset: localnet.token,
    maker: localnet.actors.maker.address,
    operator: localnet.actors.operator.address,
    datatrust: attested.attestation.datatrust,
    price,
    makerBps: config.makerBps,
    operatorBps: config.operatorBps,
    curatorsBps: config.curatorsBps,
    failureBps: config.failureBps,
    compensation: 0n,
    kind,
    placeBy: (await chainNow(stage)) + HOUR,
    fulfilWithin: HOUR,
    window: isRun ? config.disputeWindowSeconds : 0,
    arbiter: ZERO_ADDRESS,
    ackKey: ZERO_ADDRESS,
    ...params.deal,
  }
  const goods: Goods = {
    termsHash: termsHashOf({ contentRoot, sizeBytes: BigInt(sizeBytes), metadataHash, policyHash }),
    keyHash: ZERO_BYTES32,
    recipientKey: id('recipient') as Hex,
    algorithm: isRun ? (id('algorithm') as Hex) : ZERO_BYTES32,
    parametersHash: isRun ? (id('parameters') as Hex) : ZERO_BYTES32,
    runtimeDigest: isRun ? (id('runtime') as Hex) : ZERO_BYTES32,
    runId: ZERO_BYTES32,
    ...params.goods,
  }
  const domain = { chainId: BigInt(localnet.chainId), verifyingContract: localnet.deployment.orders }
  return { deal, goods, signature: await sign(operatorWallet, quoteTypedData(domain, { deal, goods })) }
}

/** A receipt that fits the goods of an order. */
export function receiptFor(orderId: Hex, goods: Goods, change: Partial<Receipt> = {}): Receipt {
  return {
    orderId,
    goodsHash: goodsHash(goods),
    rawOutputHash: random32(),
    releasedHash: random32(),
    releasedRoot: ZERO_BYTES32,
    provenanceHash: random32(),
    releasedBytes: 176n,
    leakBits: 64n,
    fuel: 1_000n,
    verdict: 'OK',
    ...change,
  }
}

/** Unix seconds on the chain. */
export async function chainNow({ operator }: Pick<Stage, 'operator'>): Promise<number> {
  const block = await operator.provider.getBlock('latest')
  return Math.max(block?.timestamp ?? 0, Math.floor(Date.now() / 1000))
}

/** The error that a promise ends in; fails the test if there is none. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected an error, but it worked')
    },
    (error: unknown) => error,
  )
}
