import { join } from 'node:path'
import { connectLocalnet } from '@gristmill/localnet'
import { type Address, addressSchema } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseEther, parseUnits } from 'ethers'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { actorOfFile } from '../keys/actor.js'
import { findKey, keysDirectory } from '../keys/key-store.js'
import { fields, printResult } from '../output.js'
import { step } from '../progress.js'
import { devPlaces } from './dev-places.js'
import { connectNetwork } from './running-network.js'

/** Of the play money. */
const DECIMALS = 6

export async function fundAccount(
  io: Io,
  command: Command,
  named: string,
  options: { amount: string; gas: string },
): Promise<void> {
  const amount = parseMoney('--amount', () => parseUnits(options.amount, DECIMALS))
  const wei = parseMoney('--gas', () => parseEther(options.gas))
  using network = await connectNetwork(io, command)
  const { profile, directory: profileDirectory } = network.loaded
  const account = await addressOf(io, command, profileDirectory, named)
  const { directory } = command.optsWithGlobals<{ directory?: string }>()
  const chain =
    directory === undefined ? join(profileDirectory, 'dev', 'chain') : devPlaces(io, command).directory.chain
  await using localnet = await connectLocalnet({ url: profile.rpcUrl, directory: chain })
  await step(io, 'Gives', async () => {
    if (amount > 0n) await localnet.mint(account, amount)
    if (wei > 0n) await localnet.giveGas(account, wei)
  })
  const lines = fields({ account, money: `${options.amount} tUSD`, gas: `${options.gas} of the native coin` })
  printResult(io, command, { account, token: localnet.token, amount, nativeWei: wei }, lines)
}

async function addressOf(io: Io, command: Command, profileDirectory: string, named: string): Promise<Address> {
  const parsed = addressSchema.safeParse(named)
  if (parsed.success) return parsed.data
  return (await actorOfFile(io, command, await findKey(keysDirectory(profileDirectory), named))).address
}

function parseMoney(argument: string, parse: () => bigint): bigint {
  try {
    const amount = parse()
    if (amount >= 0n) return amount
  } catch {
    // Said below, with the argument's name.
  }
  throw new ArgumentError(argument, 'is not an amount: write it like 12.5.')
}
