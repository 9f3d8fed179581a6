import type { Address, DatatrustId, Hex } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'

/** What `client.datatrusts.get` takes. */
export interface GetDatatrustParams {
  datatrust: DatatrustId
}

/** A datatrust as the chain knows it; amounts in units of the asset's decimals. */
export interface Datatrust {
  datatrust: DatatrustId
  operator: Address
  signer: Address
  payout: Address
  asset: Address
  /** What is unbonding not counted. */
  bond: bigint
  unbonding: bigint
  /** Unix seconds after which `unbonding` may be withdrawn; 0 if nothing is. */
  unbondedAt: number
  keyFingerprint: Hex
  url: string
}

/** Everything the chain knows about a datatrust. */
export async function getDatatrust(connection: Connection, { datatrust }: GetDatatrustParams): Promise<Datatrust> {
  const found = await onChain(() => connection.contracts.datatrusts.get(datatrust))
  return {
    datatrust,
    operator: found.operator as Address,
    signer: found.signer as Address,
    payout: found.payout as Address,
    asset: found.asset as Address,
    bond: found.bond,
    unbonding: found.unbonding,
    unbondedAt: Number(found.unbondedAt),
    keyFingerprint: found.keyFingerprint as Hex,
    url: found.url,
  }
}
