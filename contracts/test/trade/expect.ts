import { Interface, type InterfaceAbi, isError, isHexString } from 'ethers'
import { artifacts } from 'hardhat'
import { expect } from 'vitest'

const NAMES = [
  'Vault',
  'Datatrusts',
  'Markets',
  'Listings',
  'Orders',
  'Fair',
  'Signals',
  'Curation',
  'Share',
  'TestToken',
]
const abis = await Promise.all(NAMES.map(async (name) => (await artifacts.readArtifact(name)).abi))
const errors = new Interface(abis.flat().filter(({ type }) => type === 'error') as unknown as InterfaceAbi & [])

/** Expects a custom error by name, and its arguments where they are given. */
export async function expectRevert(sending: Promise<unknown>, name: string, args?: readonly unknown[]): Promise<void> {
  const reverted = await sending.then(
    () => undefined,
    (error: unknown) => error,
  )
  const data = revertDataOf(reverted)
  if (data === undefined) throw new Error(`expected ${name}`, { cause: reverted })
  const parsed = errors.parseError(data)
  expect(parsed?.name, data).toBe(name)
  if (args !== undefined) expect(parsed?.args.toArray()).toEqual(args)
}

function revertDataOf(error: unknown): string | undefined {
  if (isError(error, 'CALL_EXCEPTION') && error.data) return error.data
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as { cause?: unknown }).cause) {
    const { data } = cause as { data?: unknown }
    if (isHexString(data)) return data
  }
  return undefined
}
