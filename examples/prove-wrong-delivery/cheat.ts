import { randomBytes } from 'node:crypto'
import {
  CELL_BYTES,
  cellsOf,
  cellsRoot,
  cipherCells,
  leafHashes,
  randomBlindSecret,
  readAll,
} from '@gristmill/envelope'
import { nodeChaCha20 as chacha20 } from '@gristmill/envelope/node'
import {
  type Address,
  attestationTypedData,
  dealToChain,
  type Goods,
  type Hex,
  type OrderId,
  type Quote,
  quoteTypedData,
  servicesMask,
  type TypedData,
  termsHashOf,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { type Client, dealTerms, type MarketConfig } from '@gristmill/sdk'
import { hexlify, keccak256, type Wallet } from 'ethers'

async function* source(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += CELL_BYTES) yield bytes.subarray(at, at + CELL_BYTES)
}

export interface CheatParams {
  operator: Client
  wallet: Wallet
  maker: Client
  token: Address
  market: Hex
  config: MarketConfig
  content: Uint8Array
  price: bigint
}

/**
 * A datatrust that cheats, as a script: it attests a table, and encrypts something else in one cell. A real one is
 * @gristmill/datatrust; here every step that a buyer can be cheated in is in the open.
 */
export async function startCheat({ operator, wallet, maker, token, market, config, content, price }: CheatParams) {
  const signer = wallet.address as Address
  const url = 'https://datatrust.example'
  const registration = { signer, payout: signer, asset: token, keyFingerprint: keccak256(randomBytes(32)) as Hex, url }
  const { datatrust } = await operator.datatrusts.register(registration)
  await operator.datatrusts.bond({ datatrust, amount: config.minBond, payment: 'permit' })

  // What is promised: the tree over the blinded cells of the table.
  const cells = await readAll(cellsOf(source(content), { blindSecret: randomBlindSecret() }))
  const leaves = await readAll(leafHashes(source(cells)))
  const contentRoot = hexlify(await cellsRoot(source(cells))) as Hex
  const [sizeBytes, metadataHash] = [BigInt(content.length), keccak256(randomBytes(32)) as Hex]
  const terms = { contentRoot, sizeBytes, policyHash: ZERO_BYTES32 as Hex, metadataHash }
  const { chainId, deployment } = operator
  const sign = ({ domain, types, value }: TypedData) => wallet.signTypedData(domain, types, value) as Promise<Hex>
  const salt = hexlify(randomBytes(32)) as Hex
  const expiry = (await operator.chainTime()) + 3_600
  const words = { ...terms, datatrust, services: servicesMask(['access']), expiry }
  const message = { ...words, maker: maker.account as Address, market, salt }
  const signature = await sign(attestationTypedData({ chainId, verifyingContract: deployment.listings }, message))
  const attestation = { ...words, sizeBytes: content.length, signature }
  const { listing } = await maker.listings.publishAttested({
    ...{ market, salt, attestation },
    prices: { access: price },
    payment: 'permit',
  })

  // What is delivered: the same, but for one bit of cell 2.
  const key = randomBytes(32)
  const wrong = Uint8Array.from(cells)
  wrong[2 * CELL_BYTES + 40]! ^= 1
  const ciphertext = cipherCells({ key, firstCell: 0, cells: wrong, chacha20 })

  return {
    datatrust,
    terms,
    /** The offer of a fair exchange: it names the hash of the key, and the session key that will sign the Ack. */
    async quote(buyer: Address, ackKey: Address): Promise<Quote> {
      const record = await operator.listings.record({ listing })
      const direct = dealTerms({
        record,
        market: { asset: token, config },
        datatrust: { payout: signer },
        kind: 'access',
        price,
      })
      const compensation = (config.minBond * BigInt(config.compensationBps)) / 10_000n
      const times = { placeBy: expiry, fulfilWithin: 3_600, window: config.complaintWindowSeconds }
      const deal = { ...direct, ...times, buyer, n: 0n, compensation, ackKey }
      const nothing = ZERO_BYTES32 as Hex
      const goods: Goods = {
        termsHash: termsHashOf(terms),
        keyHash: keccak256(key) as Hex,
        ...{
          recipientKey: nothing,
          algorithm: nothing,
          parametersHash: nothing,
          runtimeDigest: nothing,
          runId: nothing,
        },
      }
      const domain = { chainId, verifyingContract: deployment.orders }
      return { deal, goods, signature: await sign(quoteTypedData(domain, { deal, goods })) }
    },
    /** Streams the encrypted cells, which nobody can read yet, and the leaf list, which proves nothing but the promise. */
    stream: () => ({ ciphertext: () => source(ciphertext), leaves: () => source(leaves) }),
    /** Makes the key public, with the buyer's Ack: from now on the whole price is due, unless a cell is proved wrong. */
    async reveal(_orderId: OrderId, { deal, goods }: Quote, cipherRoot: Hex, ack: Hex): Promise<void> {
      const { orders } = operator.contracts
      const sent = await orders.reveal(dealToChain(deal), goods, terms, cipherRoot, hexlify(key), ack)
      await sent.wait()
    },
  }
}
