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
import type { ContractRunner } from 'ethers'

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

/** Contracts of `deployment`, called through `runner`. */
export function connectContracts(deployment: Deployment, runner: ContractRunner): Contracts {
  return {
    vault: Vault__factory.connect(deployment.vault, runner),
    datatrusts: Datatrusts__factory.connect(deployment.datatrusts, runner),
    markets: Markets__factory.connect(deployment.markets, runner),
    listings: Listings__factory.connect(deployment.listings, runner),
    orders: Orders__factory.connect(deployment.orders, runner),
    signals: Signals__factory.connect(deployment.signals, runner),
    curation: Curation__factory.connect(deployment.curation, runner),
  }
}
