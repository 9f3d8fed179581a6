import type { Module } from '@gristmill/sdk'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'

const SET_OPERATOR_GAS = 50_000n

export async function allowModule(io: Io, command: Command, module: Module, allowed: boolean): Promise<void> {
  await using session = await openSession(io, command)
  const { client, account } = session
  const operator = client.deployment[module]
  if ((await client.contracts.vault.isOperator(account, operator)) === allowed) {
    note(
      io,
      `${module} ${allowed ? 'may take payments from your Vault balance already' : 'may not take payments from your Vault balance anyway'}.`,
    )
    printResult(io, command, { account, module, operator, allowed }, fields({ module, allowed: String(allowed) }))
    return
  }
  await session.confirm({
    title: allowed
      ? `Let ${module} take payments from your Vault balance`
      : `Let ${module} take nothing more from your Vault balance`,
    transactions: [
      {
        contract: 'vault',
        function: 'setOperator',
        args: { spender: operator, approved: allowed },
        typicalGas: SET_OPERATOR_GAS,
      },
    ],
    ...(allowed
      ? { irreversible: `An operator may move every token of the balance; gristmill vault disallow ${module} ends it.` }
      : {}),
  })
  const { receipt } = await step(io, allowed ? 'Allows' : 'Disallows', () =>
    allowed ? client.vault.authorize({ module }) : client.vault.revoke({ module }),
  )
  const lines = fields({ module, allowed: String(allowed), transaction: receipt.hash })
  printResult(io, command, { account, module, operator, allowed, transactionHash: receipt.hash }, lines)
}
