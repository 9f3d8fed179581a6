import {
  concat,
  getBytes,
  id,
  parseEther,
  type TransactionReceipt,
  type TransactionResponse,
  ZeroAddress,
} from 'ethers'
import { type Step, step } from '../step.ts'
import { type PeerContract, publishedAt } from './artifacts.ts'
import type { Peer } from './peer.ts'

/** Index of a datatoken template in the peer's factory, and where its artifact is. */
const TEMPLATES = {
  1: 'templates/ERC20Template.sol/ERC20Template',
  2: 'templates/ERC20TemplateEnterprise.sol/ERC20TemplateEnterprise',
} as const
export type Template = keyof typeof TEMPLATES

/** A priced asset of the peer. */
export interface Asset {
  nft: PeerContract
  datatoken: PeerContract
  exchangeId: string
}

const NAME = 'A dataset'
const SYMBOL = 'DATA'
const BASE_DECIMALS = 6
const DATATOKEN_DECIMALS = 18
/** What the package's own templates ask for; any cap above what is sold costs the same. */
const CAP = parseEther('100000')
/** Base tokens for one datatoken, 18 decimals: the 10.000003 that access costs in our bench. */
const RATE = 10_000_003n * 10n ** 12n

/** One transaction creates NFT, datatoken and exchange, a second sets the metadata, which the peer emits. */
export async function publishAsset(
  peer: Peer,
  template: Template,
  metadata: Uint8Array,
): Promise<{ asset: Asset; steps: Step[] }> {
  const { maker } = peer.world
  const creating = createAsset(peer, template)
  const creation = await step('maker: ERC721Factory.createNftWithErc20WithFixedRate', creating)
  const asset = assetOf(peer, template, await (await creating).wait())
  // Active; who decrypts, by URL and without an address; encrypted; no proofs of validators.
  const describing = asset.nft
    .connect(maker)
    .setMetaData(0, 'https://datatrust.example', '', '0x02', metadata, id('metadata'), [])
  return { asset, steps: [creation, await step('maker: ERC721Template.setMetaData', describing)] }
}

function createAsset(peer: Peer, template: Template): Promise<TransactionResponse> {
  const { maker, asset: baseToken } = peer.world
  return peer.factory.connect(maker).createNftWithErc20WithFixedRate(
    { name: NAME, symbol: SYMBOL, templateIndex: 1, tokenURI: '', transferable: true, owner: maker.address },
    {
      templateIndex: template,
      strings: [NAME, SYMBOL],
      // Minter, payment collector (none: the owner), publishing market and its fee token (none).
      addresses: [maker.address, ZeroAddress, ZeroAddress, ZeroAddress],
      uints: [CAP, 0],
      bytess: [],
    },
    {
      fixedPriceAddress: peer.exchange.target,
      // Base token, owner, fee collector, allowed swapper (anybody; template 2 names itself).
      addresses: [baseToken, maker.address, maker.address, ZeroAddress],
      // Decimals of both tokens, rate, market fee (none), and minting as they are sold.
      uints: [BASE_DECIMALS, DATATOKEN_DECIMALS, RATE, 0, 1],
    },
  )
}

function assetOf(peer: Peer, template: Template, receipt: TransactionReceipt | null): Asset {
  const { maker } = peer.world
  const first = (contract: PeerContract, event: string): string => {
    for (const log of receipt?.logs ?? []) {
      const parsed = log.address === contract.target ? contract.interface.parseLog(log) : null
      if (parsed?.name === event) return String(parsed.args[0])
    }
    throw new Error(`the peer emitted no ${event}`)
  }
  return {
    nft: publishedAt('templates/ERC721Template.sol/ERC721Template', first(peer.factory, 'NFTCreated'), maker),
    datatoken: publishedAt(TEMPLATES[template], first(peer.factory, 'TokenCreated'), maker),
    exchangeId: first(peer.exchange, 'ExchangeCreated'),
  }
}

/** Bytes as good as random, the same in every run. */
export function metadataOf(sizeBytes: number): Uint8Array {
  const words = Array.from({ length: Math.ceil(sizeBytes / 32) }, (_, i) => id(`metadata ${i}`))
  return getBytes(concat(words)).slice(0, sizeBytes)
}
