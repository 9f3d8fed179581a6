import type { CurveName } from '@gristmill/curve'
import { type Address, type Hex, type MarketId, ZERO_ADDRESS } from '@gristmill/protocol'
import { type ContractTransactionReceipt, hexlify, randomBytes } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import type { MarketConfig } from './market-config.js'
import { resolveCurve } from './resolve-curve.js'

/** What `client.markets.create` takes. */
export interface CreateMarketParams {
  /** ERC-20 of 6 to 18 decimals in which the market counts. */
  asset: Address
  /** Price of the first share, asset units per 1e18 share units. */
  p0: bigint
  /**
   * The curve's own parameter, 18 decimals: of `linear` the shares over which the ask rises by p0, of `root` n whole shares
   * for the reserve ratio 1 - 2^-n, of `computable` as many whole shares as its spread has percent, of `flat` nothing.
   */
  k: bigint
  /** See `defaultMarketConfig`. */
  config: MarketConfig
  /** First money of the reserve, asset units; at least p0. */
  seed: bigint
  payment: PaymentMethod
  /** One of the protocol's by name, or the address of another; default: `linear`. */
  curve?: CurveName | Address
  /** May set the config; default: nobody, ever. */
  admin?: Address
  /** The creator's own; default: random. */
  salt?: Hex
}

/** What `client.markets.create` gives. */
export interface CreateMarketResult {
  market: MarketId
  /** ERC-20 of the market's shares. */
  share: Address
  seed: bigint
  receipt: ContractTransactionReceipt
}

/**
 * Creates a market and seeds its reserve. Throws what the curve would refuse before anything is sent:
 * `CurveParametersError`, `CurveOutOfRangeError`.
 */
export async function createMarket(connection: Connection, params: CreateMarketParams): Promise<CreateMarketResult> {
  const { markets } = connection.contracts
  const { asset, p0, k, config, seed, admin = ZERO_ADDRESS } = params
  const { salt = hexlify(randomBytes(32)) as Hex } = params
  const curve = resolveCurve(connection.deployment, params)
  const spender = connection.deployment.markets
  const payment = await toPayment(connection, { method: params.payment, token: asset, spender, amount: seed })
  const receipt = await send(connection, markets.create, salt, asset, curve, p0, k, admin, { ...config }, seed, payment)
  const event = eventOf(markets, markets.getEvent('MarketCreated'), receipt)
  return { market: event.market as MarketId, share: event.share as Address, seed: event.seed, receipt }
}
