import type { Command } from 'commander'
import { formatEther } from 'ethers'
import { parseAddress } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader, openSession } from '../session.js'
import { type TokenOption, tokenOf } from './token-of.js'

export async function showBalance(
  io: Io,
  command: Command,
  options: TokenOption & { account?: string },
): Promise<void> {
  const named = options.account === undefined ? undefined : parseAddress('--account', options.account)
  const session = named === undefined ? await openSession(io, command) : undefined
  await using reader = session ?? (await openReader(io, command))
  const account = named ?? (session as NonNullable<typeof session>).account
  const { client } = reader
  const token = await tokenOf(reader, options)
  const [balance, native, money] = await Promise.all([
    client.vault.balance({ token, account }),
    client.provider.getBalance(account),
    moneyOf(client, token),
  ])
  const lines = fields({
    account,
    wallet: money.format(balance.wallet),
    vault: money.format(balance.vault),
    gas: `${formatEther(native)} of the native coin`,
  })
  printResult(io, command, { account, token, ...balance, nativeWei: native }, lines)
}
