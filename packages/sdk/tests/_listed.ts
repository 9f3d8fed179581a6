import { ContentHasher, type GeneratedKey, generateKey, randomBlindSecret } from '@gristmill/envelope'
import {
  canonicalHash,
  type DatatrustCard,
  type Hex,
  type ListingDocument,
  metadataSchema,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { randomBytes } from 'ethers'
import type { Attested, Client } from '../src/index.js'
import { type HostileServer, json, startHostileServer } from './_hostile.js'
import { attest, clientOf, ONE, type Stage, setStage } from './_util.js'

export const PRICE = 5n * ONE
export const CONTENT = randomBytes(20_000)
export const CARD = 'GET /v1/datatrust'

/** A stage with one listing, of CONTENT unless the test has its own, and a server that claims to be its datatrust. */
export interface ListedStage {
  stage: Stage
  server: HostileServer
  /** What the datatrust would say if it were honest. */
  card: DatatrustCard
  document: ListingDocument
  attested: Attested
  /** Of the cells of the content. */
  secret: Uint8Array
  listing: Hex
  /** The buyer's. */
  key: GeneratedKey
}

export async function setListedStage(content: Uint8Array = CONTENT): Promise<ListedStage> {
  const stage = await setStage()
  const server = await startHostileServer()
  const key = await generateKey({ name: 'buyer' })
  const secret = randomBlindSecret()
  const hasher = await ContentHasher.create({ blindSecret: secret })
  await hasher.update(content)
  const { contentRoot, sizeBytes } = await hasher.digest()
  const files = [{ name: 'noise.bin', sizeBytes }]
  const metadata = metadataSchema.parse({ version: 1, name: 'Noise', license: 'CC0-1.0', files })
  const metadataHash = canonicalHash(metadata)
  const attested = await attest(stage, { services: ['access'], contentRoot, sizeBytes, metadataHash })
  const prices = { access: PRICE }
  const { listing } = await stage.maker.listings.publishAttested({ ...attested, prices, payment: 'permit' })
  const { market, localnet, datatrust } = stage
  const { actors, deployment } = localnet
  const maker = actors.maker.address
  const policyHash = ZERO_BYTES32
  const document = { listing, market, maker, contentRoot, sizeBytes, policyHash, metadataHash, metadata }
  const card = {
    datatrust,
    chainId: BigInt(localnet.chainId),
    orders: deployment.orders,
    listings: deployment.listings,
    signer: actors.operator.address,
    publicKey: key.publicKey,
    runtimes: [],
    maxAssetBytes: 1_000_000,
    maxAlgorithmBytes: 1_000_000,
  }
  return { stage, server, card, document, attested, secret, listing, key }
}

/** A fresh client of `name`, after the server has forgotten all answers but its card. */
export async function freshClient({ stage, server, card }: ListedStage, name: 'buyer' | 'maker'): Promise<Client> {
  server.answers = { [CARD]: json(card) }
  server.early = {}
  return clientOf(stage.localnet, name, server.url)
}

export async function closeListedStage(listed: ListedStage | undefined): Promise<void> {
  await listed?.server[Symbol.asyncDispose]()
  await listed?.stage.localnet.close()
}
