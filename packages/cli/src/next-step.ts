import { isProtocolError } from '@gristmill/protocol'
import { formatInstant } from './duration.js'
import { quoted } from './quoted.js'

/** For errors of the floors below, the command that helps most often. */
const BY_CODE: Readonly<Record<string, string>> = {
  PROFILE: 'gristmill init',
  CHAIN_UNREACHABLE: 'add --rpc URL, or correct rpcUrl in the profile',
  DATATRUST_UNREACHABLE: 'add --datatrust URL, or correct datatrustUrl in the profile',
  NO_DATATRUST: 'add --datatrust URL, or put datatrustUrl into the profile',
  ERC6909_INSUFFICIENT_BALANCE: 'gristmill vault deposit AMOUNT',
  ERC6909_INSUFFICIENT_ALLOWANCE: 'gristmill vault allow MODULE',
  DEPLOYMENT_NONCE: 'gristmill deploy --anew …',
  DEPLOYMENT_FAILED: 'gristmill deploy --anew …',
  DEPLOYMENT_RECORD: 'gristmill deploy --anew …, or continue where it was begun',
  PORT_IN_USE: 'add --port PORT, or for the datatrust of gristmill dev --datatrust-port PORT',
  DIRECTORY_LOCKED: 'end the process that runs there, or name another folder',
  DECLINED: 'nothing was signed or sent',
}

/** A command to copy, or what to change in the one that failed. */
export function nextStepOf(error: unknown): string | undefined {
  const { next } = error as { next?: unknown }
  if (typeof next === 'string') return next
  if (!isProtocolError(error)) return undefined
  switch (error.code) {
    case 'ORDERS_TOO_EARLY':
      return waitUntil(error.details)
    case 'WRONG_DELIVERY':
      return complainWith(error.details)
    default:
      return BY_CODE[error.code]
  }
}

/** Undefined if it was proved on chain already, or if nothing was kept to prove it with. */
function complainWith({ evidenceAt, refunded }: { evidenceAt?: unknown; refunded?: unknown }): string | undefined {
  if (typeof evidenceAt !== 'string' || refunded !== undefined) return undefined
  return `gristmill order complain ${quoted(evidenceAt)}, before the window of the order is over`
}

function waitUntil({ args }: { args?: { opensAfter?: string } }): string {
  const opens = Number(args?.opensAfter)
  return `come back after ${formatInstant(opens)}; on a network of gristmill dev: gristmill dev advance 1d`
}
