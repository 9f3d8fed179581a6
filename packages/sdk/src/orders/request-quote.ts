import { readRecipient } from '@gristmill/envelope'
import {
  type Address,
  type Hex,
  type JointOrder,
  type Kind,
  type ListingId,
  orderIdOf,
  type Parameters,
  parametersHash,
  type Quote,
  quoteSchema,
  quoteTypedData,
  runIdOf,
  typedDataDigest,
} from '@gristmill/protocol'
import { randomBytes, toBigInt } from 'ethers'
import { chainTime } from '../chain/chain-time.js'
import { onChain } from '../chain/on-chain.js'
import { type Connection, requireDatatrust, requireSigner } from '../connection.js'
import { getDatatrust } from '../datatrusts/get-datatrust.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { QuoteMismatchError } from '../errors/mismatch-errors.js'
import { requestJson } from '../http/request.js'
import { getListingRecord } from '../listings/listing-record.js'
import { marketConfigFromChain } from '../markets/market-config.js'
import { verifySignature } from '../verify-signature.js'
import { verifyQuote } from './verify-quote.js'

/** What `client.orders.quote` takes. */
export interface RequestQuoteParams {
  listing: ListingId
  kind: Kind
  /** Address of a session key, see `createSessionKey`, which will acknowledge the data or the model that arrives. */
  ackKey?: Address
  /**
   * For access: do without the fair exchange. The data comes as an OpenPGP message, and the datatrust is trusted to have
   * sent what it marks as delivered.
   */
  direct?: true
  /** For direct access: armored OpenPGP public key to which the data goes. */
  recipientPublicKey?: string
  /** The buyer's own number for the order, not used for this listing before; default: random. */
  n?: bigint
  /** For compute: what `sendAlgorithm` gave. */
  algorithm?: Hex
  /** For compute: the algorithm's parameters by name. */
  parameters?: Parameters
  /** Of a joint run: all its orders, this one among them. `quoteRun` quotes all of them. */
  joint?: readonly JointOrder[]
  /** For compute: an arbiter to accept in the deal, beside nobody and the deployment's Curation. */
  arbiter?: Address
}

/**
 * Asks the datatrust for an offer and checks every field of it against what was asked for and against the chain.
 *
 * @example
 * const session = await sessionFile('table.csv.session')
 * const quote = await client.orders.quote({ listing, kind: 'access', ackKey: session.address })
 * quote.deal.price // units of the asset's decimals
 */
export async function requestQuote(connection: Connection, params: RequestQuoteParams): Promise<Quote> {
  const { account } = requireSigner(connection)
  const { listing, kind, joint, n = toBigInt(randomBytes(8)) } = params
  const run = runOf(params)
  const mode = modeOf(params)
  const recipient =
    mode.recipientPublicKey === undefined
      ? {}
      : { recipientKey: (await readRecipient(mode.recipientPublicKey)).recipientKey }
  const quote = await requestJson(connection, {
    method: 'POST',
    path: '/v1/quotes',
    json: { listing, kind, n, ...mode, ...run, ...(joint && { joint }) },
    as: 'account',
    schema: quoteSchema,
  })
  const facts = await readFacts(connection, listing)
  const { runtimes } = await requireDatatrust(connection).card()
  const arbiters = [connection.deployment.curation, ...(params.arbiter === undefined ? [] : [params.arbiter])]
  const ack = mode.ackKey === undefined ? {} : { ackKey: mode.ackKey }
  const wish = { listing, kind, n, buyer: account, arbiters, ...recipient, ...ack }
  const compute =
    run === undefined
      ? {}
      : {
          algorithm: run.algorithm,
          parametersHash: parametersHash(run.parameters),
          runtimeDigests: runtimes.map(({ runtimeDigest }) => runtimeDigest),
        }
  const runId = joint && { runId: runIdOf(joint.map((order) => orderIdOf(order.listing, account, order.n))) }
  verifyQuote(quote, { ...wish, ...compute, ...runId, ...facts })
  await verifyQuoteSignature(connection, quote, facts.datatrust.signer)
  return quote
}

/** What the chain says about a listing and its sale. */
async function readFacts(connection: Connection, listing: ListingId) {
  const { markets } = connection.contracts
  const record = await getListingRecord(connection, { listing })
  const [identity, [config], datatrust, now] = await onChain(() =>
    Promise.all([
      markets.identityOf(record.market),
      markets.configOf(record.market),
      getDatatrust(connection, { datatrust: record.datatrust }),
      chainTime(connection),
    ]),
  )
  return { record, asset: identity.asset as Address, config: marketConfigFromChain(config), datatrust, now }
}

async function verifyQuoteSignature(connection: Connection, quote: Quote, signer: Address): Promise<void> {
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const digest = typedDataDigest(quoteTypedData(domain, quote))
  if (await verifySignature(connection.provider, { account: signer, digest, signature: quote.signature })) return
  throw new QuoteMismatchError('signature', `one by ${signer}`, 'one by somebody else')
}

/** How it is to come: acknowledged by a session key, or to an OpenPGP key. */
function modeOf({
  kind,
  ackKey,
  direct,
  recipientPublicKey,
}: RequestQuoteParams): Pick<RequestQuoteParams, 'ackKey' | 'direct' | 'recipientPublicKey'> {
  if (direct === undefined) {
    if (recipientPublicKey !== undefined) {
      throw new InvalidParameterError('recipientPublicKey', 'is for access with direct: true.')
    }
    if (ackKey !== undefined) return { ackKey }
    throw new InvalidParameterError('ackKey', 'a session key is needed: pass the address of createSessionKey().')
  }
  if (kind === 'compute') throw new InvalidParameterError('direct', 'is for access.')
  if (ackKey !== undefined) throw new InvalidParameterError('ackKey', 'is for what is not direct.')
  if (recipientPublicKey === undefined) {
    throw new InvalidParameterError('recipientPublicKey', 'a message needs somebody to encrypt it to: pass a key.')
  }
  return { recipientPublicKey, direct }
}

function runOf({ kind, algorithm, parameters }: RequestQuoteParams) {
  if (kind === 'access') {
    if (algorithm === undefined && parameters === undefined) return undefined
    throw new InvalidParameterError('kind', 'access takes no algorithm: leave it out, or order compute.')
  }
  if (algorithm === undefined) {
    throw new InvalidParameterError('algorithm', 'compute needs one: send it with sendAlgorithm first.')
  }
  return { algorithm, parameters: parameters ?? {} }
}
