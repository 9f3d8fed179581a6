import type { TypedContractEvent } from '@gristmill/abi'
import type { BaseContract, ContractTransactionReceipt } from 'ethers'
import { MissingEventError } from '../errors/chain-errors.js'

/** Arguments of every `event` that `contract` emitted in a transaction, by parameter name. */
export function eventsOf<I extends unknown[], O extends unknown[], Output>(
  contract: BaseContract,
  event: TypedContractEvent<I, O, Output>,
  receipt: ContractTransactionReceipt,
): Output[] {
  const address = String(contract.target).toLowerCase()
  return receipt.logs
    .filter((log) => log.address.toLowerCase() === address && log.topics[0] === event.fragment.topicHash)
    .map((log) => contract.interface.decodeEventLog(event.fragment, log.data, log.topics) as Output)
}

/** The only such event of a transaction whose call always emits it. */
export function eventOf<I extends unknown[], O extends unknown[], Output>(
  contract: BaseContract,
  event: TypedContractEvent<I, O, Output>,
  receipt: ContractTransactionReceipt,
): Output {
  const [found] = eventsOf(contract, event, receipt)
  if (found === undefined) throw new MissingEventError(event.name, receipt.hash)
  return found
}
