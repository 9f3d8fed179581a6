import { toTypedError } from '../errors/to-typed-error.js'

/** Runs calls of ethers so that whatever they throw is typed. */
export async function onChain<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw toTypedError(error)
  }
}
