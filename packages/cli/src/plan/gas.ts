import type { Client } from '@gristmill/sdk'
import { revertToError, toTypedError } from '@gristmill/sdk'
import { type BaseContract, Contract, type InterfaceAbi, isCallException } from 'ethers'
import type { PlannedTransaction } from './plan.js'

const TOKEN_ABI: InterfaceAbi = ['function approve(address spender, uint256 amount) returns (bool)']

/** A planned transaction with its gas, and how sure that is. */
export interface EstimatedTransaction extends PlannedTransaction {
  to: string
  gas: bigint
  /** Arguments that are known only when it is signed. */
  unknown: readonly string[]
  /** False where `typicalGas` stands in. */
  isEstimated: boolean
}

/** Estimates what can be; a first transaction that would revert throws what it would revert with. */
export async function estimate(
  client: Client,
  account: string,
  transactions: readonly PlannedTransaction[],
): Promise<EstimatedTransaction[]> {
  return Promise.all(
    transactions.map(async (transaction, index) => {
      const contract = contractOf(client, transaction)
      const fragment = contract.interface.getFunction(transaction.function)
      const to = String(contract.target)
      const names = (fragment?.inputs ?? []).map(({ name }) => name)
      requireNames(transaction, names)
      const unknown = names.filter((name) => transaction.args[name] === undefined)
      const assumed = { ...transaction, to, gas: transaction.typicalGas, unknown, isEstimated: false }
      if (unknown.length > 0) return assumed
      const args = names.map((name) => transaction.args[name])
      try {
        const gas = await contract.getFunction(transaction.function).estimateGas(...args, { from: account })
        return { ...assumed, gas, isEstimated: true }
      } catch (error) {
        // It may need what an earlier one does.
        if (index > 0) return assumed
        throw isCallException(error) ? revertToError(error.data, error) : toTypedError(error)
      }
    }),
  )
}

/** A name that the interface does not have would be found out only when the transaction is refused. */
function requireNames({ contract, function: called, args }: PlannedTransaction, names: readonly string[]): void {
  const wrong = Object.keys(args).find((name) => !names.includes(name))
  if (wrong !== undefined)
    throw new TypeError(`${contract}.${called} has no argument ${wrong}, only ${names.join(', ')}`)
}

function contractOf(client: Client, { contract, address }: PlannedTransaction): BaseContract {
  if (contract === 'token') return new Contract(address ?? '', TOKEN_ABI, client.provider)
  return client.contracts[contract]
}
