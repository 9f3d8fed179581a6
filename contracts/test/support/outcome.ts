import { artifacts } from 'hardhat'
import { ethers, type Transaction } from './chain.ts'
import type { Contract } from './contract.ts'

export interface Decoded {
  name: string
  args: unknown[]
}

const errors = await allErrors()

/** Name and arguments of the custom error with which a call fails; fails itself if the call succeeds. */
export async function revertOf(call: Promise<unknown>): Promise<Decoded> {
  try {
    await call
  } catch (error) {
    const data = revertData(error)
    if (data === undefined) throw error
    const decoded = errors.parseError(data)
    return decoded ? { name: decoded.name, args: decoded.args.toArray(true) } : { name: data, args: [] }
  }
  throw new Error('expected a revert, and the call succeeded')
}

/** Events that `contract` emitted in a transaction, in order. */
export async function eventsOf(transaction: Promise<Transaction>, contract: Contract): Promise<Decoded[]> {
  const receipt = await (await transaction).wait()
  const address = await contract.getAddress()
  return (receipt?.logs ?? [])
    .filter((log) => log.address === address)
    .map((log) => contract.interface.parseLog(log))
    .filter((event) => event !== null)
    .map((event) => ({ name: event.name, args: event.args.toArray(true) }))
}

/** Gas that a transaction used. */
export async function gasOf(transaction: Promise<Transaction>): Promise<number> {
  return Number((await (await transaction).wait())?.gasUsed ?? 0n)
}

function revertData(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('data' in error && typeof error.data === 'string') return error.data
  for (const key of ['data', 'error', 'info', 'cause']) {
    const inner: unknown = Reflect.get(error, key)
    const data = inner === error ? undefined : revertData(inner)
    if (data !== undefined) return data
  }
  return undefined
}

/** A revert may come from any contract on the way: errors are looked up among those of all. */
async function allErrors() {
  const names = [...(await artifacts.getAllFullyQualifiedNames())]
  const abis = await Promise.all(names.map(async (name) => (await artifacts.readArtifact(name)).abi))
  const fragments = new Map<string, string>()
  for (const fragment of abis.flatMap((abi) => new ethers.Interface(abi).fragments)) {
    if (fragment.type === 'error') fragments.set(fragment.format('sighash'), fragment.format('full'))
  }
  return new ethers.Interface([...fragments.values()])
}
