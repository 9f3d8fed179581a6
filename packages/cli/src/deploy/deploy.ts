import { mkdir } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import {
  checkDeployment,
  type DeploymentPlan,
  type DeploymentRecord,
  deployGristmill,
  planDeployment,
} from '@gristmill/abi'
import { CONTRACT_NAMES, type Deployment, isProtocolError } from '@gristmill/protocol'
import { toTypedError } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import { lockDirectory } from '@gristmill/storage'
import type { Command } from 'commander'
import { formatEther, type JsonRpcProvider } from 'ethers'
import { ArgumentError } from '../argument-errors.js'
import { DryRunEnded, type Io, leaveWord } from '../io.js'
import { openActor } from '../keys/actor.js'
import { ActorSigner } from '../keys/actor-signer.js'
import { NotEnoughGasError } from '../money-errors.js'
import { fields, note, printResult } from '../output.js'
import { askToGoOn } from '../plan/ask-to-go-on.js'
import { loadKeysPlace, parseUrl } from '../profile.js'
import { table } from '../table.js'
import { DeploymentDoneError, DeploymentRunsError } from './deploy-errors.js'
import { DeploymentFiles } from './deployment-files.js'

export interface DeployOptions {
  out: string
  confirmations: string
  anew?: boolean
}

const MAX_CONFIRMATIONS = 1_000

export async function deploy(io: Io, command: Command, options: DeployOptions): Promise<void> {
  const { rpc } = command.optsWithGlobals<{ rpc?: string }>()
  if (rpc === undefined)
    throw new ArgumentError('--rpc', 'is needed: name the node of the chain, like https://rpc.example.')
  const confirmations = parseConfirmations(options.confirmations)
  const provider = nodeJsonRpcProvider(parseUrl('--rpc', rpc))
  try {
    const folder = resolve(io.cwd, options.out)
    const files = new DeploymentFiles(folder, Number((await provider.getNetwork()).chainId))
    const finished = await files.readDeployment()
    if (finished === undefined)
      return await deployInto(io, command, { files, provider, confirmations, anew: options.anew })
    if (options.anew === true) throw new DeploymentDoneError(files.deployment)
    await checkDeployment(provider, finished)
    await files.finish(finished)
    await files.tidy()
    note(io, 'Deployed already; the code of all contracts is what it should be.')
    printDeployment(io, command, files, finished, { isNew: false, rpc })
  } catch (error) {
    throw error instanceof DryRunEnded ? error : toTypedError(error)
  } finally {
    provider.destroy()
  }
}

interface Target {
  files: DeploymentFiles
  provider: JsonRpcProvider
  confirmations: number
  anew: boolean | undefined
}

async function deployInto(io: Io, command: Command, { files, provider, confirmations, anew }: Target): Promise<void> {
  const actor = await openActor(io, command, await loadKeysPlace(io, command))
  await mkdir(dirname(files.deployment), { recursive: true })
  const lock = await lockDirectory(files.unfinished).catch((error: unknown) => {
    throw isProtocolError(error, 'DIRECTORY_LOCKED') ? new DeploymentRunsError(dirname(files.deployment), error) : error
  })
  let deployment: Deployment
  try {
    const earlier = await files.readRecord()
    const record = anew === true ? undefined : earlier
    const begun = record === undefined ? {} : { record }
    const plan = await planDeployment({ provider, deployer: actor.address, ...begun })
    await confirmDeployment(io, command, plan, record)
    await actor.unlock()
    if (anew === true && earlier !== undefined) {
      note(io, `Gives up the unfinished deployment; its record is kept in ${await files.giveUp(earlier)}`)
    }
    leaveWord(io, 'Give the same command again to go on where it stopped.')
    deployment = await deployGristmill(new ActorSigner(actor, provider), {
      ...begun,
      confirmations,
      save: (changed) => files.writeRecord(changed),
      onDeployed: (contract, address) => {
        const index = CONTRACT_NAMES.indexOf(contract) + 1
        note(io, `${index} of ${CONTRACT_NAMES.length}  ${contract.padEnd(11)}  ${address}`)
      },
    })
    await checkDeployment(provider, deployment)
    await files.finish(deployment)
  } finally {
    await lock.close()
    await files.tidy()
  }
  const { rpc = '' } = command.optsWithGlobals<{ rpc?: string }>()
  printDeployment(io, command, files, deployment, { isNew: true, rpc })
}

async function confirmDeployment(
  io: Io,
  command: Command,
  plan: DeploymentPlan,
  record: DeploymentRecord | undefined,
): Promise<void> {
  const { chainId, deployer, firstNonce, steps, gas, costWei, balanceWei } = plan
  if (costWei > balanceWei) {
    throw new NotEnoughGasError({ needed: formatEther(costWei), held: formatEther(balanceWei), account: deployer })
  }
  const missing = steps.filter(({ isDeployed }) => !isDeployed).length
  const columns = [{ name: 'contract' }, { name: 'address' }, { name: 'gas', align: 'right' }] as const
  const rows = steps.map(({ contract, address, isDeployed, gas: stepGas }) => ({
    contract,
    address,
    gas: isDeployed ? 'deployed' : `about ${stepGas}`,
  }))
  const title =
    record === undefined ? `Deploy Gristmill on chain ${chainId}` : `Go on deploying Gristmill on chain ${chainId}`
  await askToGoOn(io, command, {
    title,
    lines: [
      ...fields({
        account: deployer,
        sends: `${missing} transactions with the nonces from ${firstNonce + CONTRACT_NAMES.length - missing}`,
        fee: `at most about ${formatEther(costWei)} of the native coin; you have ${formatEther(balanceWei)}`,
        gas: `about ${gas}`,
      }),
      '',
      ...table(io, columns, rows),
      '',
      'The contracts have no owner and cannot be changed or removed.',
    ].map((line) => `  ${line}`.trimEnd()),
    more: ['Nothing was signed or sent.'],
    document: { dryRun: true, title, ...plan },
  })
}

function printDeployment(
  io: Io,
  command: Command,
  files: DeploymentFiles,
  deployment: Deployment,
  { isNew, rpc }: { isNew: boolean; rpc: string },
): void {
  const here = (file: string) => relative(io.cwd, file)
  const { chainId, deployedAtBlock, ...addresses } = deployment
  const lines = fields({
    chain: chainId,
    'from block': deployedAtBlock,
    ...addresses,
    deployment: here(files.deployment),
    'to verify': [files.verification, ...files.standardJsons].map(here).join(', '),
  })
  const next = `gristmill init --rpc ${rpc} --deployment ${here(files.deployment)}`
  const { deployment: deploymentFile, verification, standardJsons } = files
  const result = { deployment, isNew, files: { deployment: deploymentFile, verification, standardJsons } }
  printResult(io, command, result, [...lines, '', `Next: ${next}`])
}

function parseConfirmations(text: string): number {
  const blocks = Number(text)
  if (Number.isInteger(blocks) && blocks >= 1 && blocks <= MAX_CONFIRMATIONS) return blocks
  throw new ArgumentError('--confirmations', `${text} is not a number of blocks: it is 1 to ${MAX_CONFIRMATIONS}.`)
}
