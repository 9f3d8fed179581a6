import { type Actors, getActors } from './actors.ts'
import { contractAt, deployContract, ethers, type Signer } from './chain.ts'
import type { Contract } from './contract.ts'
import { CONFIG, type Config, K, P0, SEED, UNIT } from './defaults.ts'
import { FROM_VAULT } from './payment.ts'

/** Addresses of what stands above Markets: contracts yet to be deployed, or plain accounts that stand in for them. */
export interface Above {
  orders: string
  signals: string
  curation: string
}

/** The contracts below Listings, wired to what is to stand above them. */
export interface Base {
  token: Contract
  vault: Contract
  datatrusts: Contract
  share: Contract // the implementation that the markets' shares are clones of
  markets: Contract
  curve: Contract
}

/** Address of the contract that `deployer` creates `ahead` transactions from now; 0 is the next one. */
export async function predictAddress(deployer: Signer, ahead: number): Promise<string> {
  return ethers.getCreateAddress({ from: deployer.address, nonce: (await deployer.getNonce()) + ahead })
}

/** Transactions that `deployBase` sends. */
const BASE_LENGTH = 6

/** Addresses that Orders, Signals and Curation will have if `deployBase` is next and `between` transactions follow it. */
export async function predictAbove(deployer: Signer, between: number): Promise<Above> {
  const first = BASE_LENGTH + between
  return {
    orders: await predictAddress(deployer, first),
    signals: await predictAddress(deployer, first + 1),
    curation: await predictAddress(deployer, first + 2),
  }
}

/** Deploys a token, a curve, Vault, Datatrusts, Share and Markets. */
export async function deployBase(deployer: Signer, above: Above): Promise<Base> {
  const token = await deployContract('TestToken', [], deployer)
  const curve = await deployContract('LinearCurve', [], deployer)
  const vault = await deployContract('Vault', [], deployer)
  const datatrusts = await deployContract('Datatrusts', [vault, above.orders], deployer)
  const marketsAddress = await predictAddress(deployer, 1)
  const share = await deployContract('Share', [marketsAddress, above.signals, above.curation], deployer)
  const markets = await deployContract('Markets', [vault, share, above.orders], deployer)
  return { token, vault, datatrusts, share, markets, curve }
}

/** Every contract of the protocol. */
export interface Stack extends Base {
  listings: Contract
  orders: Contract
  signals: Contract
  curation: Contract
}

/** Deploys all contracts, each told of those above it, which assert it. */
export async function deployStack(deployer: Signer): Promise<Stack> {
  const above = await predictAbove(deployer, 1)
  const base = await deployBase(deployer, above)
  const { vault, datatrusts, markets } = base
  const listings = await deployContract('Listings', [vault, datatrusts, markets, above.curation], deployer)
  const args = [vault, datatrusts, markets, listings, above.signals, above.curation]
  const orders = await deployContract('Orders', args, deployer)
  const signals = await deployContract('Signals', [vault, markets, listings, orders], deployer)
  const curation = await deployContract('Curation', [vault, markets, listings, orders], deployer)
  return { ...base, listings, orders, signals, curation }
}

/** Gives `account` tokens in the Vault and makes `module` its operator there. */
export async function deposit(base: Base, account: Signer, amount: bigint, ...modules: Contract[]): Promise<void> {
  await base.token.mint(account.address, amount)
  await base.token.connect(account).approve(base.vault, amount)
  await base.vault.connect(account).deposit(base.token, amount, account.address)
  for (const module of modules) await base.vault.connect(account).setOperator(module, true)
}

export interface MarketParams {
  creator: Signer
  asset?: string | Contract
  curve?: string | Contract
  admin?: string
  config?: Partial<Config>
  seed?: bigint
  p0?: bigint
  k?: bigint
  salt?: string
}

/** Creates a market paid from the creator's Vault balance, and returns its id and its share. */
export async function createMarket(base: Base, params: MarketParams): Promise<{ market: string; share: Contract }> {
  const { creator, salt = ethers.id('salt'), seed = SEED, p0 = P0, k = K } = params
  const { asset = base.token, curve = base.curve, admin = ethers.ZeroAddress } = params
  const markets = base.markets.connect(creator)
  const config = { ...CONFIG, ...params.config }
  const args = [salt, asset, curve, p0, k, admin, config, seed, FROM_VAULT] as const
  const market = await markets.create.staticCall(...args)
  await markets.create(...args)
  const { share } = await markets.identityOf(market)
  return { market, share: await contractAt('Share', share) }
}

/** The contracts and the actors, nobody with money. */
export async function deployVault() {
  const actors: Actors = await getActors()
  return { ...(await deployBase(actors.deployer, standIns(actors))), ...actors }
}

/** Everything below Listings, plain accounts as what is above it, funded actors and one market that `whale` created. */
export async function deployMarket() {
  const actors: Actors = await getActors()
  const base = await deployBase(actors.deployer, standIns(actors))
  for (const account of [actors.whale, actors.patron, actors.orders]) {
    await deposit(base, account, 10_000_000n * UNIT, base.markets)
  }
  const { market, share } = await createMarket(base, { creator: actors.whale, admin: actors.admin.address })
  return { ...base, base, ...actors, market, marketShare: share }
}

function standIns({ orders, signals, curation }: Actors): Above {
  return { orders: orders.address, signals: signals.address, curation: curation.address }
}
