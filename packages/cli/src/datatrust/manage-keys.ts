import { destroyDatatrustKey, type KeyList, listDatatrustKeys, rotateDatatrustKeys } from '@gristmill/datatrust'
import type { Hex } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { type Io, leaveWord } from '../io.js'
import { fields, note, printResult, warn } from '../output.js'
import { loadProfile } from '../profile.js'
import { startProgress, step } from '../progress.js'
import { openSession } from '../session.js'
import { table } from '../table.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'
import { configOf, type StartOptions } from './start-datatrust.js'
import { UPDATE_GAS } from './update-datatrust.js'

export type KeysOptions = StartOptions & DatatrustOptions

export async function listOwnKeys(io: Io, command: Command, options: KeysOptions): Promise<void> {
  const config = await configOf(io, await loadProfile(io, command), options)
  const list = await step(io, 'Asks the datatrust', () => listDatatrustKeys(config))
  printResult(io, command, list, linesOf(io, list))
}

export async function rotateOwnKeys(io: Io, command: Command, options: KeysOptions): Promise<void> {
  const loaded = await loadProfile(io, command)
  const datatrust = await datatrustOf(io, loaded, options)
  await using session = await openSession(io, command)
  const { client } = session
  const config = await configOf(io, loaded, options)
  const registered = await client.datatrusts.get({ datatrust })
  await session.confirm({
    title: `Rotate the OpenPGP key of datatrust ${datatrust}`,
    facts: {
      'now on chain': registered.keyFingerprint,
      does: 'a new key is made, or the one of an unfinished rotation is taken; every asset gets key packets for it',
      'old key': 'goes on opening what it opens until you destroy it',
    },
    transactions: [
      {
        contract: 'datatrusts',
        function: 'update',
        args: { datatrust, keyFingerprint: 'of the new key' },
        typicalGas: UPDATE_GAS,
      },
    ],
  })
  leaveWord(io, 'The same command again goes on.')
  const rotation = await rotateWithBar(io, config)
  const isAnnounced = rotation.keys.some((key) => key.fingerprint === rotation.newest && key.isAnnounced)
  if (!isAnnounced) {
    const { signer, payout, url } = registered
    await step(io, 'Announces it on chain', () =>
      client.datatrusts.update({ datatrust, signer, payout, url, keyFingerprint: rotation.newest }),
    )
  }
  const list = await listDatatrustKeys(config)
  printResult(io, command, { ...rotation, ...list }, [`rewrapped ${rotation.rewrapped} assets`, ...linesOf(io, list)])
  const old = list.keys.filter(({ isNewest }) => !isNewest)
  for (const { fingerprint } of old) {
    note(io, `After the next backup: gristmill datatrust keys destroy ${fingerprint}`)
  }
}

export async function destroyOwnKey(
  io: Io,
  command: Command,
  fingerprint: string,
  options: KeysOptions,
): Promise<void> {
  const key = parseId('fingerprint', fingerprint) as Hex
  const loaded = await loadProfile(io, command)
  const config = await configOf(io, loaded, options)
  await using session = await openSession(io, command)
  await session.confirm({
    title: `Destroy OpenPGP key ${key}`,
    facts: { folder: config.dataDirectory },
    transactions: [],
    irreversible:
      'Backups from before its rotation can never be opened again, and copies of the key file elsewhere stay.',
  })
  const list = await step(io, 'Destroys it', () => destroyDatatrustKey(config, key))
  warn(io, 'disks that copy on write, and snapshots, may still hold the file: it is encrypted if you set a passphrase.')
  printResult(io, command, list, linesOf(io, list))
}

async function rotateWithBar(io: Io, config: Parameters<typeof rotateDatatrustKeys>[0]) {
  using progress = startProgress(io)
  return rotateDatatrustKeys(config, {
    onProgress: ({ doneAssets, totalAssets }) =>
      progress.report({ label: 'Rewraps assets', doneBytes: doneAssets, totalBytes: totalAssets }),
  })
}

function linesOf(io: Io, { signer, keys }: KeyList): string[] {
  const rows = keys.map(({ fingerprint, assets, isNewest, isAnnounced }) => ({
    'openpgp key': fingerprint,
    assets,
    state: [isNewest ? 'newest' : 'old', ...(isAnnounced ? ['on chain'] : [])].join(', '),
  }))
  const columns = [{ name: 'openpgp key' }, { name: 'assets', align: 'right' as const }, { name: 'state' }]
  return [...fields({ signer }), ...table(io, columns, rows)]
}
