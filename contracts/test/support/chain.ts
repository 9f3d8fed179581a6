import { network } from 'hardhat'
import type { Contract } from './contract.ts'
import { deployLibraries } from './libraries.ts'

let connection = await network.create()
/** The chain of the test file that runs. */
export let { ethers, provider } = connection
let isUsed = false

/** Gives a test file a chain of its own; Hardhat itself, which takes seconds to load, is that of its worker. */
export async function renewChain(): Promise<void> {
  if (isUsed) {
    await connection.close()
    connection = await network.create()
    ;({ ethers, provider } = connection)
    snapshots.clear()
  }
  isUsed = true
}

export type Signer = Awaited<ReturnType<typeof ethers.getSigners>>[number]
export type Transaction = Awaited<ReturnType<Signer['sendTransaction']>>

/** Deploys a contract, linked with libraries of its own. */
export async function deployContract(name: string, args: unknown[], deployer: Signer): Promise<Contract> {
  const libraries = await deployLibraries(ethers, name)
  return (await ethers.deployContract(name, args, { libraries, signer: deployer })) as unknown as Contract
}

export async function contractAt(name: string, address: string): Promise<Contract> {
  return (await ethers.getContractAt(name, address)) as unknown as Contract
}

interface Snapshot {
  id: unknown
  fixture: unknown
}

const snapshots = new Map<() => Promise<unknown>, Snapshot>()

/** Runs a deployment once, then returns to the chain as it left it. */
export async function loadFixture<T>(deploy: () => Promise<T>): Promise<T> {
  const known = snapshots.get(deploy)
  if (known) {
    await provider.request({ method: 'evm_revert', params: [known.id] })
    // A snapshot is used up by going back to it, and so are all that were taken after it.
    known.id = await provider.request({ method: 'evm_snapshot' })
    return known.fixture as T
  }
  const fixture = await deploy()
  snapshots.clear()
  snapshots.set(deploy, { id: await provider.request({ method: 'evm_snapshot' }), fixture })
  return fixture
}

/** Unix seconds of the newest block. */
export async function now(): Promise<number> {
  const block = await ethers.provider.getBlock('latest')
  if (!block) throw new Error('the chain has no block')
  return block.timestamp
}

/** Makes the next transaction run at `timestamp`, Unix seconds. */
export async function setNextTimestamp(timestamp: number): Promise<void> {
  await provider.request({ method: 'evm_setNextBlockTimestamp', params: [timestamp] })
}

/** Mines an empty block `seconds` after the newest one. */
export async function passSeconds(seconds: number): Promise<void> {
  await setNextTimestamp((await now()) + seconds)
  await provider.request({ method: 'evm_mine' })
}

/** Runs `send` with several transactions that end up in one block, and returns its timestamp. */
export async function inOneBlock(send: () => Promise<unknown>): Promise<void> {
  await provider.request({ method: 'evm_setAutomine', params: [false] })
  try {
    await send()
    await provider.request({ method: 'evm_mine' })
  } finally {
    await provider.request({ method: 'evm_setAutomine', params: [true] })
  }
}
