import { type Address, addressSchema } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../cli-errors.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openSession, type Session } from '../session.js'

interface TokenOption {
  token?: string
}

/** `balance`, `withdraw`. */
export function addVaultCommands(program: Command, io: Io): void {
  program
    .command('balance')
    .description('what you have in the wallet and in the Vault')
    .option('--token <address>', "default: the profile's, or that of the datatrust's bond")
    .action(async (options: TokenOption, command: Command) => {
      await using session = await openSession(io, command)
      const { client, account } = session
      const token = await tokenOf(session, options)
      const [balance, money] = await Promise.all([client.vault.balance({ token }), moneyOf(client, token)])
      const lines = fields({ account, wallet: money.format(balance.wallet), vault: money.format(balance.vault) })
      printResult(io, command, { account, token, ...balance }, lines)
    })
  program
    .command('withdraw')
    .description('move money from the Vault to your wallet')
    .argument('<amount>', 'as 12.5, or "all"')
    .option('--token <address>', "default: the profile's, or that of the datatrust's bond")
    .action(async (text: string, options: TokenOption, command: Command) => {
      await using session = await openSession(io, command)
      const { client } = session
      const money = await moneyOf(client, await tokenOf(session, options))
      const { token } = money
      const amount = text === 'all' ? (await client.vault.balance({ token })).vault : money.parse('amount', text)
      const { receipt } = await client.vault.withdraw({ token, amount })
      const lines = fields({ withdrawn: money.format(amount) })
      printResult(io, command, { token, amount, transactionHash: receipt.hash }, lines)
    })
}

async function tokenOf({ client, profile }: Session, { token }: TokenOption): Promise<Address> {
  if (token !== undefined) {
    const parsed = addressSchema.safeParse(token)
    if (parsed.success) return parsed.data
    throw new ArgumentError('--token', `${token} is not an address: it is 0x and 40 hexadecimal digits.`)
  }
  if (profile.token !== undefined) return profile.token
  const { datatrust } = await client.datatrusts.card()
  return (await client.datatrusts.get({ datatrust })).asset
}
