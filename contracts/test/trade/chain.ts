import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import type { Contract } from 'ethers'
import { network } from 'hardhat'
import { deployLibraries } from '../support/libraries.ts'

/** A chain of its own in this process, with a clock that the tests turn. */
export interface Chain {
  ethers: HardhatEthers
  /** Deploys a contract from the first account, linked with libraries of its own. */
  deploy<T extends Contract>(name: string, args?: readonly unknown[]): Promise<T>
  /** Unix seconds of the newest block. */
  now(): Promise<bigint>
  /** The next transaction's block has exactly this time. */
  nextBlockAt(unixSeconds: bigint): Promise<void>
  /** Mines what `send` sends in one block; every transaction must name its gas limit. */
  inOneBlock(send: () => Promise<unknown>): Promise<void>
  /** Mines a block `seconds` later than the newest. */
  wait(seconds: bigint): Promise<void>
  /** Remembers the state; the returned function goes back to it, as often as it is called. */
  remember(): Promise<() => Promise<void>>
}

export async function openChain(): Promise<Chain> {
  const { ethers } = await network.create()
  return chainOver(ethers)
}

/** What the tests do with a chain that somebody opened. */
export function chainOver(ethers: HardhatEthers): Chain {
  const send = (method: string, ...params: unknown[]): Promise<unknown> => ethers.provider.send(method, params)
  const now = async (): Promise<bigint> => BigInt((await ethers.provider.getBlock('latest'))?.timestamp ?? 0)
  return {
    ethers,
    now,
    async deploy<T extends Contract>(name: string, args: readonly unknown[] = []) {
      const libraries = await deployLibraries(ethers, name)
      return (await ethers.deployContract(name, [...args], { libraries })) as Contract as T
    },
    async nextBlockAt(unixSeconds) {
      await send('evm_setNextBlockTimestamp', Number(unixSeconds))
    },
    async inOneBlock(sendAll) {
      await send('evm_setAutomine', false)
      try {
        await sendAll()
        await send('evm_mine')
      } finally {
        await send('evm_setAutomine', true)
      }
    },
    async wait(seconds) {
      await send('evm_setNextBlockTimestamp', Number((await now()) + seconds))
      await send('evm_mine')
    },
    async remember() {
      let snapshot = await send('evm_snapshot')
      return async () => {
        await send('evm_revert', snapshot)
        snapshot = await send('evm_snapshot')
      }
    },
  }
}
