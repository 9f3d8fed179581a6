import { ErrorFragment, Interface } from 'ethers'
import * as factories from './generated/factories/index.js'

/** Every custom error of every contract, those of OpenZeppelin included: decodes whatever a call into the protocol reverts with. */
export const errorsInterface: Interface = new Interface(collectErrors())

function collectErrors(): ErrorFragment[] {
  const bySignature = new Map<string, ErrorFragment>()
  for (const factory of Object.values(factories)) {
    for (const fragment of factory.createInterface().fragments) {
      if (ErrorFragment.isFragment(fragment) && fragment.type === 'error') {
        const error = fragment as ErrorFragment
        bySignature.set(error.format('sighash'), error)
      }
    }
  }
  return [...bySignature.values()]
}
