import { type Address, SHARE_UNIT, ZERO_ADDRESS } from '@gristmill/protocol'
import { CURVE_NAMES, MARKET_PRESETS, type MarketPreset, resolveCurve } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseAddress } from '../arguments.js'
import type { Io } from '../io.js'
import { formatShares, moneyOf, parseShares } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { loadProfile, rewriteProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { tokenOf } from '../vault/token-of.js'
import { curveText, DEFAULT_K } from './curve-text.js'
import { configFields } from './market-fields.js'
import { type WrittenConfig, writtenConfigOf } from './read-config.js'

const CREATE_GAS = 500_000n

export interface CreateMarketOptions extends WrittenConfig {
  asset?: string
  p0: string
  k?: string
  seed: string
  preset: MarketPreset
  config?: string
  admin?: string
  curve: string
  from: Source
}

export async function createMarket(io: Io, command: Command, options: CreateMarketOptions): Promise<void> {
  await using session = await openSession(io, command)
  const { client } = session
  const { asset: named, from } = options
  const money = await moneyOf(client, await tokenOf(session, named === undefined ? {} : { token: named }))
  const asset = money.token
  const config = await writtenConfigOf(io, options, MARKET_PRESETS[options.preset](money.decimals), money)
  const p0 = money.parse('--p0', options.p0)
  const seed = money.parse('--seed', options.seed)
  const curveName = CURVE_NAMES.find((name) => name === options.curve)
  const k = parseShares('--k', options.k ?? DEFAULT_K[curveName ?? 'linear'])
  if (p0 === 0n) throw new ArgumentError('--p0', 'the first share costs something: write it like 1.')
  if (seed < p0) throw new ArgumentError('--seed', `is at least --p0, ${money.format(p0)}.`)
  const admin = options.admin === undefined ? ZERO_ADDRESS : parseAddress('--admin', options.admin)
  const curve = resolveCurve(client.deployment, { curve: curveName ?? parseCurve(options.curve), p0, k, seed })
  const shares = (seed * SHARE_UNIT) / p0
  const paid = await planPayment(io, session, { from, money, amount: seed, module: 'markets' })
  await session.confirm({
    title: 'Create a market',
    facts: {
      asset: `${money.symbol} ${asset}`,
      curve: curveText({ ...(curveName === undefined ? {} : { curveName }), curve, p0, k }, money),
      'you get': `${formatShares(shares - SHARE_UNIT)}; one more share stays in the market for ever`,
      ...configFields(config, money),
      admin: admin === ZERO_ADDRESS ? 'nobody: these rules never change' : `${admin} may change these rules`,
    },
    moves: [{ money, amount: seed, from, to: "the market's reserve" }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      {
        contract: 'markets',
        function: 'create',
        args: { asset, curve, p0, k, admin, config: { ...config }, seed },
        typicalGas: CREATE_GAS,
      },
    ],
    irreversible: 'The seed can be redeemed but for the one share that stays.',
  })
  await paid.prepare()
  const { payment } = paid
  const terms = { asset, p0, k, config, seed, curve, admin, payment }
  const { market, share, receipt } = await step(io, 'Creates the market', () => client.markets.create(terms))
  await makeDefault(io, command, market)
  const lines = fields({ market, share, seed: money.format(seed), transaction: receipt.hash })
  printResult(io, command, { market, share, seed, config, transactionHash: receipt.hash }, lines)
}

function parseCurve(text: string): Address {
  if (text.startsWith('0x')) return parseAddress('--curve', text)
  throw new ArgumentError('--curve', `${text} is none of ${CURVE_NAMES.join(', ')}, nor an address.`)
}

/** A profile without a market takes the first one that is made with it. */
async function makeDefault(io: Io, command: Command, market: `0x${string}`): Promise<void> {
  const { profile, file } = await loadProfile(io, command)
  if (profile.market !== undefined) return
  await rewriteProfile(file, { market })
  note(io, `It is the market of commands that name none: ${file} says so now.`)
}
