import { equal } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cellsRoot } from '@gristmill/envelope'
import { type Address, ackTypedData, type Hex } from '@gristmill/protocol'
import { Client, jsonRpcProvider, MARKET_PRESETS } from '@gristmill/sdk'
import { nodeChaCha20, nodeSha256 } from '@gristmill/sdk/node'
import { formatUnits, hexlify, Wallet } from 'ethers'
import { startCheat } from './cheat.ts'

// Where the chain is, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(profile.rpcUrl)
const walletOf = async (name: string): Promise<Wallet> =>
  new Wallet((await readFile(join(dirname(profileFile), `keys/${name}.key`), 'utf8')).trim(), provider)
const connect = async (name: string): Promise<Client> =>
  Client.connect({
    runner: await walletOf(name),
    deployment: profile.deployment,
    sha256: nodeSha256,
    chacha20: nodeChaCha20,
  })
const [maker, buyer, operator] = (await Promise.all(['maker', 'buyer', 'operator'].map(connect))) as [
  Client,
  Client,
  Client,
]
const token = profile.token as Address
const { decimals, symbol } = await buyer.vault.token({ token })
const [one, money] = [10n ** BigInt(decimals), (units: bigint) => `${formatUnits(units, decimals)} ${symbol}`]

// A market, and in it a table of a datatrust that will cheat.
const config = MARKET_PRESETS.quick(decimals)
const terms = { asset: token, p0: one, k: 10n ** 24n, config, seed: 100n * one }
const { market } = await maker.markets.create({ ...terms, payment: 'permit' })
const content = new TextEncoder().encode(Array.from({ length: 4_000 }, (_, i) => `${i},${(i * 7) % 31}`).join('\n'))
const wallet = await walletOf('operator')
const cheat = await startCheat({ operator, wallet, maker, token, market, config, content, price: 20n * one })

// The buyer orders, by a session key that is good for this order alone.
const session = Wallet.createRandom()
const quote = await cheat.quote(buyer.account as Address, session.address as Address)
const has = async () => {
  const { wallet: held, vault } = await buyer.vault.balance({ token })
  return held + vault
}
const before = await has()
const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
console.log(`order     ${orderId}, ${money(quote.deal.price)} in escrow`)

// The ciphertext comes. The buyer acknowledges exactly these bytes, without being able to read them: the hash of their tree.
const { ciphertext, leaves } = cheat.stream()
const cipherRoot = hexlify(await cellsRoot(ciphertext(), nodeSha256)) as Hex
const { contentRoot, sizeBytes } = cheat.terms
const domain = { chainId: buyer.chainId, verifyingContract: buyer.deployment.orders }
const { domain: signedFor, types, value } = ackTypedData(domain, { orderId, contentRoot, sizeBytes, cipherRoot })
const ack = (await session.signTypedData(signedFor, types, value)) as Hex
await cheat.reveal(orderId, quote, cipherRoot, ack)
const { status, deadline } = await buyer.orders.status({ orderId })
console.log(`key       public; ${status}, complaints until ${new Date(deadline * 1_000).toISOString()}`)

// Decrypts cell by cell, finds the one whose hash is not what was promised, and shows the chain that cell alone.
const bond = (await buyer.datatrusts.get({ datatrust: cheat.datatrust })).bond
const { cell, refunded, compensation, burnt, receipt } = await buyer.orders.complain({ orderId, ciphertext, leaves })
const left = (await buyer.datatrusts.get({ datatrust: cheat.datatrust })).bond
console.log(`wrong     cell ${cell} of ${Math.ceil(content.length / 4_064)}, proved for ${receipt.gasUsed} gas`)
console.log(`refunded  ${money(refunded)}`)
console.log(`paid      ${money(compensation)} of the datatrust's bond, to the buyer`)
console.log(`burnt     ${money(burnt)} of it, so that complaining about oneself frees no bond`)
console.log(`bond      ${money(bond)} before, ${money(left)} after`)

equal(cell, 2)
equal(refunded, quote.deal.price)
equal(compensation, quote.deal.compensation)
equal(burnt, quote.deal.price)
equal(left, bond - compensation - burnt)
equal(await has(), before + compensation)
console.log(`checked   the buyer has ${money(compensation)} more than before, to the unit`)
