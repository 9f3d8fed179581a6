import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { prepareIdentity, start } from '@gristmill/datatrust'
import { SHARE_UNIT } from '@gristmill/protocol'
import { Client, defaultMarketConfig, generateKey, jsonRpcProvider } from '@gristmill/sdk'
import { formatUnits, parseEther, Wallet } from 'ethers'

// Where the chain is, and who signs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const { rpcUrl, deployment, token } = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(rpcUrl)
const walletOf = async (name: 'operator' | 'maker' | 'buyer'): Promise<Wallet> =>
  new Wallet((await readFile(join(dirname(profileFile), `keys/${name}.key`), 'utf8')).trim(), provider)
const wallet = await walletOf('operator')
const operator = await Client.connect({ runner: wallet, deployment })
const { decimals, symbol } = await operator.vault.token({ token })
const one = 10n ** BigInt(decimals)

// Make the keys, and register their public halves on the chain: once, for the folder that holds all of it.
const dataDirectory = process.argv[2] ?? join(dirname(profileFile), 'my-datatrust')
const port = Number(process.argv[3] ?? 8090)
const numberFile = join(dataDirectory, 'number')
const passphraseFile = process.env.DATATRUST_PASSPHRASE_FILE
const keys = passphraseFile === undefined ? { unencryptedKeys: true } : { passphraseFile }
const identity = await prepareIdentity({ dataDirectory, ...keys })
if (!existsSync(numberFile)) {
  const registration = { ...identity, payout: wallet.address as `0x${string}`, asset: token }
  const registered = await operator.datatrusts.register({ ...registration, url: `http://127.0.0.1:${port}` })
  await writeFile(numberFile, String(registered.datatrust))
}
const datatrust = Number(await readFile(numberFile, 'utf8'))

// Markets ask for a bond (1,000 by default), and the signer needs coin for the gas of marking what is delivered.
const { bond } = await operator.datatrusts.get({ datatrust })
if (bond < 2_000n * one) await operator.datatrusts.bond({ datatrust, amount: 2_000n * one - bond, payment: 'permit' })
if ((await provider.getBalance(identity.signer)) < parseEther('0.5'))
  await (await wallet.sendTransaction({ to: identity.signer, value: parseEther('1') })).wait()
console.log(`datatrust ${datatrust}, signer ${identity.signer}, bond 2000 ${symbol}`)

// Every time: serve. What was under way when it was stopped, or killed, is taken up again.
const chain = { rpcUrl, chainId: operator.chainId, deployment }
const server = await start({ datatrust, dataDirectory, port, logLevel: 'warn', chain, ...keys })
const { status } = await fetch(`${server.url}/v1/health/ready`)
console.log(`serves    ${server.url}, ready: ${status}`)

// A maker lists with it, a buyer buys from it: the operator has a part of the price.
const maker = await Client.connect({ runner: await walletOf('maker'), deployment, datatrust: server.url })
const config = { ...defaultMarketConfig(decimals), activationSeconds: 0 } // sales begin at once, not after three days
const money = { asset: token, p0: one, k: 10_000n * SHARE_UNIT, seed: 1_000n * one, payment: 'permit' } as const
const { market } = await maker.markets.create({ ...money, config })
const content = new TextEncoder().encode('2, 3, 5, 7, 11, 13, 17, 19, 23, 29\n')
const { listing } = await maker.listings.publish({
  market,
  files: [{ name: 'primes.txt', sizeBytes: content.length }],
  content,
  metadata: { name: 'The first ten primes', license: 'CC0-1.0' },
  prices: { access: 10n * one },
  payment: 'permit',
})
const before = await operator.vault.balance({ token })
const buyer = await Client.connect({ runner: await walletOf('buyer'), deployment, datatrust: server.url })
const key = await generateKey({ name: 'buyer' })
const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: key.publicKey })
const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
await buyer.orders.wait({ orderId })
const { content: delivered } = await buyer.orders.download({ orderId, privateKey: key.privateKey })
console.log(`delivered ${(await text(delivered)).trim()}`)
const { vault } = await operator.vault.balance({ token })
console.log(`earned    ${formatUnits(vault - before.vault, decimals)} ${symbol}`)

// Ends what is under way, then frees port and folder. SIGTERM of a process of yours should end in this.
await server.close()
console.log('stopped')
