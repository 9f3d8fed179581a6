import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Client, generateKey, jsonRpcProvider } from '@gristmill/sdk'
import { formatUnits, parseUnits, Wallet } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(profile.rpcUrl)
const connect = async (name: 'patron' | 'buyer'): Promise<Client> => {
  const key = await readFile(join(dirname(profileFile), `keys/${name}.key`), 'utf8')
  const { deployment, datatrustUrl: datatrust } = profile
  return Client.connect({ runner: new Wallet(key.trim(), provider), deployment, datatrust })
}
const [patron, buyer] = await Promise.all([connect('patron'), connect('buyer')])
const { decimals, symbol } = await patron.vault.token({ token: profile.token })
const money = (amount = 0n): string => `${formatUnits(amount, decimals)} ${symbol}`

// A market is worth what is sold in it: here, the newest dataset for download.
const { listings } = await patron.listings.list({ kind: 'access', exited: false, limit: 1 })
const [forSale] = listings
if (forSale === undefined) throw new Error('Nothing is for sale: publish something first, see dataset-publish.')
const { listing, market, document } = forSale
const { config, prices } = await patron.markets.get({ market })
console.log(`market    ${market}, which sells "${document.metadata.name}"`)

// In: for as many shares as the quote says, or one percent fewer if others are faster; otherwise nothing is paid.
const amount = parseUnits(process.argv[2] ?? '100', decimals)
const quoted = await patron.markets.quoteFund({ market, amount })
const minShares = (quoted.shares * 99n) / 100n
const { shares, tribute } = await patron.markets.fund({ market, amount, minShares, payment: 'permit' })
const { prices: risen } = await patron.markets.get({ market })
const { amount: atOnce } = await patron.markets.quoteRedeem({ market, shares })
console.log(`ask       ${money(prices.ask)} a share, now ${money(risen.ask)}`)
console.log(
  `funded    ${money(amount)} for ${formatUnits(shares)} shares; ${money(tribute)} of it is a bounty for makers`,
)
console.log(`entry     costs ${money(amount - atOnce)}: leaving at once would give ${money(atOnce)}`)

// A sale: part of what the buyer pays is the market's.
const key = await generateKey({ name: 'buyer' })
const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: key.publicKey })
const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
await buyer.orders.wait({ orderId })
const { content } = await buyer.orders.download({ orderId, privateKey: key.privateKey })
for await (const _ of content); // dataset-buy does something with it
const { reserve, prices: sold } = await patron.markets.get({ market })
console.log(`sale      of ${money(quote.deal.price)}: a share of ${money(risen.nav)} will be worth ${money(sold.nav)}`)

// Revenue drips into the reserve second by second. A real chain takes its time; a local one can be moved on.
const seconds = reserve.dripEnd - (await provider.getBlock('latest'))!.timestamp
await provider.send('gristmill_advance', [seconds])
console.log(`drip      ${money(reserve.locked)} in ${seconds} of ${config.dripSeconds} seconds`)

// Out: burns the shares for their part of the reserve, into the Vault, and from there to the wallet.
const worth = await patron.markets.quoteRedeem({ market, shares })
const minAmount = (worth.amount * 99n) / 100n
const { amount: redeemed } = await patron.markets.redeem({ market, shares, minAmount })
await patron.vault.withdraw({ token: profile.token, amount: redeemed })
const [part, all] = [redeemed - atOnce, redeemed - amount]
console.log(`redeemed  ${money(redeemed)}: entry cost ${money(amount - atOnce)}, the drip brought ${money(part)}`)
console.log(all < 0n ? `lost      ${money(-all)}: one sale does not pay for getting in` : `gained    ${money(all)}`)
