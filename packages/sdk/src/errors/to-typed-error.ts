import { errorsInterface } from '@gristmill/abi'
import { isProtocolError } from '@gristmill/protocol'
import { decodeBytes32String, type ErrorDescription, isCallException, isError } from 'ethers'
import {
  ChainError,
  ChainUnreachableError,
  InsufficientFundsError,
  RejectedError,
  TransactionReplacedError,
} from './chain-errors.js'
import { ContractRevertError } from './contract-revert-error.js'

/** The one place where what ethers throws becomes an error of ours; anything that is ours already passes through. */
export function toTypedError(error: unknown): Error {
  if (isProtocolError(error)) return error
  if (isCallException(error)) return revertToError(error.data, error)
  if (isError(error, 'INSUFFICIENT_FUNDS')) return new InsufficientFundsError(error)
  if (isError(error, 'ACTION_REJECTED')) return new RejectedError(error)
  if (isError(error, 'NETWORK_ERROR') || isError(error, 'SERVER_ERROR') || isError(error, 'TIMEOUT')) {
    return new ChainUnreachableError(error)
  }
  if (isError(error, 'NONCE_EXPIRED') || isError(error, 'TRANSACTION_REPLACED'))
    return new TransactionReplacedError(error)
  if (isError(error, 'REPLACEMENT_UNDERPRICED')) return new TransactionReplacedError(error)
  const { shortMessage, code, message } = error as { shortMessage?: string; code?: unknown; message?: string }
  if (typeof code === 'string' && CONNECTION_CODES.has(code)) return new ChainUnreachableError(error)
  return new ChainError(shortMessage ?? message ?? 'unknown failure', error)
}

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'])

/** Error of a revert, from its data. */
export function revertToError(data: string | null | undefined, cause?: unknown): ContractRevertError {
  const description = data === null || data === undefined || data === '0x' ? null : parse(data)
  if (description === null)
    return new ContractRevertError('UnknownRevert', { data: (data ?? '0x').slice(0, 138) }, cause)
  const args: Record<string, unknown> = {}
  description.fragment.inputs.forEach((input, index) => {
    // The language's own errors have parameters without a name.
    const name = input.name || (description.name === 'Panic' ? 'panicCode' : 'reason')
    args[name] = name === 'field' ? fieldName(description.args[index]) : description.args[index]
  })
  return new ContractRevertError(description.name, args, cause)
}

function parse(data: string): ErrorDescription | null {
  try {
    return errorsInterface.parseError(data)
  } catch {
    // The selector is known and the arguments are not what it declares: somebody else's error.
    return null
  }
}

/** Contracts name a field as a short string in a bytes32. */
function fieldName(value: string): string {
  try {
    return decodeBytes32String(value)
  } catch {
    return value
  }
}
