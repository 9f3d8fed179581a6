import type { DatatrustId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { formatEther } from 'ethers'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { openReader, type Reader } from '../session.js'
import { type DataOption, dataFolderOf, readRegistration } from './data-folder.js'
import { datatrustOf, parseNumber } from './datatrust-of.js'
import { serverStateOf } from './server-state.js'

export async function showDatatrust(
  io: Io,
  command: Command,
  number: string | undefined,
  options: DataOption,
): Promise<void> {
  await using reader = await openReader(io, command)
  const { client } = reader
  const datatrust = await client.datatrusts.get({ datatrust: await numberOf(io, command, reader, number, options) })
  const [money, signerWei, server] = await Promise.all([
    moneyOf(client, datatrust.asset),
    client.provider.getBalance(datatrust.signer),
    serverStateOf(client, datatrust),
  ])
  const { bond, unbonding, unbondedAt } = datatrust
  const lines = fields({
    datatrust: datatrust.datatrust,
    url: `${datatrust.url}, ${server}`,
    bond: money.format(bond),
    unbonding: unbonding === 0n ? undefined : `${money.format(unbonding)}, until ${formatInstant(unbondedAt)}`,
    operator: datatrust.operator,
    payout: datatrust.payout,
    signer: `${datatrust.signer}, ${formatEther(signerWei)} of the native coin`,
    'OpenPGP key': datatrust.keyFingerprint,
    asset: `${money.symbol} ${datatrust.asset}`,
  })
  printResult(io, command, { ...datatrust, signerWei, server }, lines)
}

async function numberOf(
  io: Io,
  command: Command,
  { client, profile }: Reader,
  number: string | undefined,
  options: DataOption,
): Promise<DatatrustId> {
  if (number !== undefined) return parseNumber('number', number)
  const loaded = await loadProfile(io, command)
  const registered = await readRegistration(dataFolderOf(io, loaded, options), client.deployment)
  if (registered !== undefined) return registered
  if (profile.datatrustUrl !== undefined) return (await client.datatrusts.card()).datatrust
  return datatrustOf(io, loaded, options)
}
