import { equal } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Client, generateKey, jsonRpcProvider, MARKET_PRESETS } from '@gristmill/sdk'
import { formatUnits, Wallet } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(profile.rpcUrl)
const connect = async (name: string): Promise<Client> => {
  const key = await readFile(join(dirname(profileFile), `keys/${name}.key`), 'utf8')
  const { deployment, datatrustUrl: datatrust } = profile
  return Client.connect({ runner: new Wallet(key.trim(), provider), deployment, datatrust })
}
const names = ['maker', 'buyer', 'patron', 'curator']
const everybody = (await Promise.all(names.map(connect))) as [Client, Client, Client, Client]
const [maker, buyer, patron, curator] = everybody
const token = profile.token
const { decimals, symbol } = await patron.vault.token({ token })
const [one, money] = [10n ** BigInt(decimals), (units: bigint) => `${formatUnits(units, decimals)} ${symbol}`]
const has = (client: Client) => client.vault.balance({ token }).then(({ wallet, vault }) => wallet + vault)
const advance = (seconds: number) => provider.send('gristmill_advance', [seconds]) // a real chain takes its time

// Two share holders: one has 9 times as much as the other. Polls last an hour here, three days in an ordinary market.
const config = { ...MARKET_PRESETS.quick(decimals), listingBond: 10n * one, challengeBond: 10n * one, spreadBps: 0 }
const terms = { asset: token, curve: 'flat', p0: one, k: 10n ** 18n, config, seed: 901n * one } as const
const { market } = await patron.markets.create({ ...terms, payment: 'permit' })
const { shares } = await curator.markets.fund({ market, amount: 100n * one, payment: 'permit' })
console.log(`market    ${market}`)

// A table that is noise, sold as measurements. The curator falls for it and signals, which earns from its sales.
const noise = new TextEncoder().encode(Array.from({ length: 500 }, () => `${randomInt(1_000)}`).join('\n'))
const { listing } = await maker.listings.publish({
  market,
  files: [{ name: 'rain.csv', sizeBytes: noise.length }],
  content: noise,
  metadata: { name: 'Measured rainfall', license: 'CC0-1.0' },
  prices: { access: 5n * one },
  payment: 'permit',
})
await curator.signals.signal({ listing, amount: shares / 2n })
await advance(2 * 86_400)
await curator.signals.flush({ listing })

// A buyer finds out. The exchange was fair, what was listed is what came: only share holders can judge what it is.
const key = await generateKey({ name: 'buyer' })
const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: key.publicKey })
const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
await buyer.orders.wait({ orderId })
const { content } = await buyer.orders.download({ orderId, privateKey: key.privateKey })
for await (const _ of content); // the sale is settled with it
const { claimed } = await curator.signals.claim({ listings: [listing] })
console.log(`signal    earned the curator ${money(claimed[0]!.amount)} of a sale of ${money(quote.deal.price)}`)

const before = await Promise.all(everybody.map(has))
const { reserve: reserveBefore } = await patron.markets.get({ market })
const evidence = 'No station has these values: https://example.org/stations'
const { poll, quorum, bond } = await buyer.curation.challenge({ listing, evidence, payment: 'permit' })
console.log(`poll      ${poll}, bond ${money(bond)}, quorum ${formatUnits(quorum)} shares`)
const { weight: yes } = await patron.curation.vote({ poll, isYes: true })
const { weight: no } = await curator.curation.vote({ poll, isYes: false })
console.log(`votes     ${formatUnits(yes)} yes, ${formatUnits(no)} no`)
await advance(2 * config.pollSeconds + 1) // a quorum that comes late prolongs a poll once
const { status, toOpener, toVoters, toBounty } = await buyer.curation.resolve({ poll })
for (const voter of [patron, curator]) await voter.curation.claim({ polls: [poll] })

// Who got what of the maker's bond: 40 % the challenger, 10 % all voters by weight, the rest the bounty of honest makers.
const after = await Promise.all(everybody.map(has))
const [byMaker = 0n, byBuyer = 0n, byPatron = 0n, byCurator = 0n] = after.map((now, i) => now - before[i]!)
console.log(`buyer     ${money(byBuyer)}, the bond of ${money(bond)} is back`)
console.log(`voters    ${money(byPatron)} and ${money(byCurator)}, also who said no; bounty ${money(toBounty)}`)
equal(status, 'passed') // no orders from now on
equal(byBuyer, toOpener - bond)
equal(byPatron + byCurator, toVoters)
equal((await patron.markets.get({ market })).reserve.bounty - reserveBefore.bounty, toBounty)
equal(byMaker + byBuyer + byPatron + byCurator + toBounty, config.listingBond)
await curator.signals.withdraw({ listing, amount: shares / 2n }) // a signal is never lost
console.log(`checked   they sum to the maker's bond, ${money(config.listingBond)}`)
