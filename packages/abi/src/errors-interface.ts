import { Interface, type JsonFragment } from 'ethers'
import * as factories from './generated/factories/index.js'

/** Every custom error of every contract, those of OpenZeppelin included: decodes whatever a call into the protocol reverts with. */
export const errorsInterface: Interface = new Interface(collectErrors())

/** NOTE: sorted out before ethers reads them: it takes longer over all functions and events than a program over its start. */
function collectErrors(): JsonFragment[] {
  const bySignature = new Map<string, JsonFragment>()
  for (const { abi } of Object.values(factories)) {
    for (const fragment of abi as readonly JsonFragment[]) {
      if (fragment.type === 'error') bySignature.set(JSON.stringify([fragment.name, fragment.inputs]), fragment)
    }
  }
  return [...bySignature.values()]
}
