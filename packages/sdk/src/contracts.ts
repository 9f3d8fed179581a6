import {
  type Curation,
  Curation__factory,
  type Datatrusts,
  Datatrusts__factory,
  type Listings,
  Listings__factory,
  type Markets,
  Markets__factory,
  type Orders,
  Orders__factory,
  type Signals,
  Signals__factory,
  type Vault,
  Vault__factory,
} from '@gristmill/abi'
import type { Deployment } from '@gristmill/protocol'
import { Contract, type ContractRunner, type Interface } from 'ethers'

/** The typed ethers contracts of a deployment: `.estimateGas`, `.staticCall`, `.populateTransaction`, filters. */
export interface Contracts {
  readonly vault: Vault
  readonly datatrusts: Datatrusts
  readonly markets: Markets
  readonly listings: Listings
  readonly orders: Orders
  readonly signals: Signals
  readonly curation: Curation
}

const FACTORIES = {
  vault: Vault__factory,
  datatrusts: Datatrusts__factory,
  markets: Markets__factory,
  listings: Listings__factory,
  orders: Orders__factory,
  signals: Signals__factory,
  curation: Curation__factory,
} as const

/** Of the contracts that were connected to before: ethers takes longer over an interface than over all else of a connection. */
const interfaces = new Map<keyof Contracts, Interface>()

/** Contracts of `deployment`, called through `runner`. */
export function connectContracts(deployment: Deployment, runner: ContractRunner): Contracts {
  const connect = <N extends keyof Contracts>(name: N): Contracts[N] => {
    const known: Interface = interfaces.get(name) ?? FACTORIES[name].createInterface()
    interfaces.set(name, known)
    return new Contract(deployment[name], known, runner) as unknown as Contracts[N]
  }
  return {
    vault: connect('vault'),
    datatrusts: connect('datatrusts'),
    markets: connect('markets'),
    listings: connect('listings'),
    orders: connect('orders'),
    signals: connect('signals'),
    curation: connect('curation'),
  }
}
