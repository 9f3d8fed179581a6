import { AbiCoder, type Contract, getCreateAddress, id, keccak256, type Signer } from 'ethers'
import { deployLibraries } from '../support/libraries.ts'
import { type Chain, openChain } from './chain.ts'
import {
  by,
  type CurationApi,
  type DatatrustsApi,
  type ListingsApi,
  type MarketsApi,
  type OrdersApi,
  type SignalsApi,
  type TokenApi,
  type VaultApi,
} from './contracts.ts'
import { ACCESS_PRICE, COMPUTE_PRICE, CONFIG, type Content, FROM_VAULT, HOUR } from './terms.ts'
import { ATTESTATION_TYPES } from './typed-data.ts'

const ACTORS = [
  'deployer',
  'maker',
  'buyer',
  'patron',
  'operator',
  'signer',
  'payout',
  'stranger',
  'other',
  'arbiter',
] as const
type Actor = (typeof ACTORS)[number]
export type Account = Signer & { address: string }

const PURSE = 10n ** 12n
const SEED = 100_000_000n
const FUNDED = 20_000_000_000n
const BOTH_SERVICES = 3n

export interface World extends Readonly<Record<Actor, Account>> {
  chain: Chain
  chainId: bigint
  token: TokenApi
  vault: VaultApi
  datatrusts: DatatrustsApi
  markets: MarketsApi
  listings: ListingsApi
  orders: OrdersApi
  signals: SignalsApi
  curation: CurationApi
  asset: string
  curve: string
  market: string
  /** Sells both access and compute, and takes orders. */
  listing: string
  datatrust: bigint
  content: Content
  /** Back to the state described here. */
  reset(): Promise<void>
}

export interface PublishOptions {
  maker?: Account
  market?: string
  salt?: string
  content?: Content
  access?: bigint
  compute?: bigint
  services?: bigint
  datatrust?: bigint
  expiry?: bigint
  signer?: Signer
  attested?: Record<string, unknown>
  payment?: object
}

/** The whole stack on a chain of its own: a funded market, a bonded datatrust, a listing that is active. */
export async function openWorld(tokenContract = 'TestToken', opening = openChain()): Promise<World> {
  const chain = await opening
  const { ethers } = chain
  const signers = await ethers.getSigners()
  const actors = Object.fromEntries(ACTORS.map((actor, i) => [actor, signers[i]])) as Record<Actor, Account>
  const { chainId } = await ethers.provider.getNetwork()
  const deploy = <T extends Contract>(name: string, ...args: unknown[]): Promise<T> => chain.deploy<T>(name, args)

  const token = await deploy<TokenApi>(tokenContract)
  const vault = await deploy<VaultApi>('Vault')
  const nonce = await actors.deployer.getNonce()
  const predict = (steps: number): string => getCreateAddress({ from: actors.deployer.address, nonce: nonce + steps })
  const above = [predict(5), predict(6)]
  const datatrusts = await deploy<DatatrustsApi>('Datatrusts', vault.target, predict(4))
  const share = await deploy<VaultApi>('Share', predict(2), ...above)
  const markets = await deploy<MarketsApi>('Markets', vault.target, share.target, predict(4))
  const below = [vault.target, datatrusts.target, markets.target]
  const listings = await deploy<ListingsApi>('Listings', ...below, above[1])
  const orders = (await ethers.deployContract('Orders', [...below, listings.target, ...above], {
    libraries: await deployLibraries(ethers, 'Orders'),
  })) as unknown as OrdersApi
  const overOrders = [vault.target, markets.target, listings.target, orders.target]
  const signals = await deploy<SignalsApi>('Signals', ...overOrders)
  const curation = await deploy<CurationApi>('Curation', ...overOrders)
  const linearCurve = await deploy<VaultApi>('LinearCurve')
  const asset = String(token.target)
  const curve = String(linearCurve.target)

  for (const actor of ACTORS) {
    const account = actors[actor]
    await token.mint(account.address, 2n * PURSE)
    await by(account, token).approve(vault.target, PURSE)
    await by(account, vault).deposit(asset, PURSE, account.address)
    for (const module of [datatrusts, markets, listings, orders, curation]) {
      await by(account, vault).setOperator(module.target, true)
    }
  }

  const datatrust = 1n
  await by(actors.operator, datatrusts).register(
    actors.signer.address,
    actors.payout.address,
    asset,
    id('key'),
    'https://datatrust.example',
  )
  await by(actors.operator, datatrusts).bond(datatrust, CONFIG.minBond, FROM_VAULT)

  const world: World = {
    ...actors,
    chain,
    chainId,
    token,
    vault,
    datatrusts,
    markets,
    listings,
    orders,
    signals,
    curation,
    asset,
    curve,
    market: '',
    listing: '',
    datatrust,
    content: contentOf('dataset'),
    reset: async () => {},
  }
  world.market = await createMarket(world, 'market')
  world.listing = await publish(world)
  await chain.wait(CONFIG.activationSeconds)
  world.reset = await chain.remember()
  return world
}

/** Commits to content that nobody else has. */
export function contentOf(name: string): Content {
  return {
    contentRoot: id(`${name} root`),
    sizeBytes: 81_280n,
    policyHash: id(`${name} policy`),
    metadataHash: id(`${name} metadata`),
  }
}

/** Creates a market and funds it, so that its bounty can reward. */
export async function createMarket(
  world: World,
  salt: string,
  config: object = CONFIG,
  funded = FUNDED,
): Promise<string> {
  const { patron, markets } = world
  const deadline = (await world.chain.now()) + HOUR
  await by(patron, markets).create(
    id(salt),
    world.asset,
    world.curve,
    1_000_000n,
    10n ** 24n,
    patron.address,
    config,
    SEED,
    FROM_VAULT,
  )
  const market = keccak256(
    AbiCoder.defaultAbiCoder().encode(['address', 'address', 'bytes32'], [markets.target, patron.address, id(salt)]),
  )
  await by(patron, markets).fund(market, funded, 0n, deadline, FROM_VAULT)
  return market
}

/** Publishes a listing, with an attestation that is right unless the options say otherwise. */
export async function publish(world: World, options: PublishOptions = {}): Promise<string> {
  const call = await prepareListing(world, options)
  await by(options.maker ?? world.maker, world.listings).publish(...call.args)
  return call.listing
}

/** The arguments of `publish`, and the id that the listing will have. */
export async function prepareListing(
  world: World,
  options: PublishOptions = {},
): Promise<{ args: unknown[]; listing: string }> {
  const maker = options.maker ?? world.maker
  const market = options.market ?? world.market
  const salt = options.salt ?? id('listing')
  const content = options.content ?? world.content
  const prices = { access: options.access ?? ACCESS_PRICE, compute: options.compute ?? COMPUTE_PRICE }
  const datatrust = options.datatrust ?? world.datatrust
  const services = options.services ?? BOTH_SERVICES
  const expiry = options.expiry ?? (await world.chain.now()) + HOUR
  const domain = {
    name: 'Gristmill Listings',
    version: '1',
    chainId: world.chainId,
    verifyingContract: String(world.listings.target),
  }
  const message = { maker: maker.address, market, salt, ...content, services, datatrust, expiry, ...options.attested }
  const signature = await (options.signer ?? world.signer).signTypedData(domain, ATTESTATION_TYPES, message)
  const coder = AbiCoder.defaultAbiCoder()
  return {
    args: [market, salt, content, prices, datatrust, { services, expiry, signature }, options.payment ?? FROM_VAULT],
    listing: keccak256(coder.encode(['bytes32', 'address', 'bytes32'], [market, maker.address, salt])),
  }
}

/** What `account` has in the Vault, units of the asset. */
export async function vaultBalance(
  world: World,
  account: string | { address: string },
  asset = world.asset,
): Promise<bigint> {
  const address = typeof account === 'string' ? account : account.address
  return world.vault.balanceOf(address, BigInt(asset)) as Promise<bigint>
}

/** Vault balances of everybody there is; nothing else can hold money. */
export async function totalInVault(world: World): Promise<bigint> {
  const { datatrusts, markets, listings, orders, signals, curation } = world
  const modules = [datatrusts, markets, listings, orders, signals, curation].map((module) => String(module.target))
  const people = ACTORS.map((actor) => world[actor].address)
  const balances = await Promise.all([...modules, ...people].map((account) => vaultBalance(world, account)))
  return balances.reduce((sum, balance) => sum + balance, 0n)
}

export const DEPOSITED = PURSE * BigInt(ACTORS.length)

/** What a listing stores of its content. */
export function termsHashOf({ contentRoot, sizeBytes, policyHash, metadataHash }: Content): string {
  const types = ['bytes32', 'uint64', 'bytes32', 'bytes32']
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [contentRoot, sizeBytes, policyHash, metadataHash]))
}
