import { type Connection, requireDatatrust } from '../connection.js'
import { type BondDatatrustParams, bondDatatrust } from './bond-datatrust.js'
import { type GetDatatrustParams, getDatatrust } from './get-datatrust.js'
import { type RegisterDatatrustParams, registerDatatrust } from './register-datatrust.js'
import {
  type UnbondDatatrustParams,
  unbondDatatrust,
  type WithdrawBondParams,
  withdrawBond,
} from './unbond-datatrust.js'
import { type UpdateDatatrustParams, updateDatatrust } from './update-datatrust.js'

/** The verbs of datatrusts, bound to a connection. */
export function bindDatatrusts(connection: Connection) {
  return {
    /** Registers the client's account as operator of a new datatrust. */
    register: (params: RegisterDatatrustParams) => registerDatatrust(connection, params),
    /** Replaces signer, payout, key and URL; its operator only. Orders already placed keep their payout. */
    update: (params: UpdateDatatrustParams) => updateDatatrust(connection, params),
    /** Adds to the bond of a datatrust; anyone may. */
    bond: (params: BondDatatrustParams) => bondDatatrust(connection, params),
    /** Starts unbonding; starting again restarts the wait for all that is unbonding. */
    unbond: (params: UnbondDatatrustParams) => unbondDatatrust(connection, params),
    /** Takes what has unbonded. */
    withdrawBond: (params: WithdrawBondParams) => withdrawBond(connection, params),
    /** Everything the chain knows about a datatrust. */
    get: (params: GetDatatrustParams) => getDatatrust(connection, params),
    /** The connected datatrust's own word about itself, checked against the chain. */
    card: async () => requireDatatrust(connection).card(),
  }
}
