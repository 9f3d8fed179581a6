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
    register: (params: RegisterDatatrustParams) => registerDatatrust(connection, params),
    update: (params: UpdateDatatrustParams) => updateDatatrust(connection, params),
    bond: (params: BondDatatrustParams) => bondDatatrust(connection, params),
    unbond: (params: UnbondDatatrustParams) => unbondDatatrust(connection, params),
    withdrawBond: (params: WithdrawBondParams) => withdrawBond(connection, params),
    get: (params: GetDatatrustParams) => getDatatrust(connection, params),
    /** The connected datatrust's own word about itself, checked against the chain. */
    card: async () => requireDatatrust(connection).card(),
  }
}
