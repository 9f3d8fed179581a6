import { access, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type DeploymentRecord, deploymentRecordSchema } from '@gristmill/abi'
import { standardJsonOf, verificationOf } from '@gristmill/abi/standard-json'
import { CONTRACT_NAMES, type ContractName, type Deployment, deploymentSchema, toWire } from '@gristmill/protocol'
import { DeploymentFileError } from './deploy-errors.js'
import { writeDurably } from './write-durably.js'

/** One contract of those with each setting of the optimizer. */
const BY_RUNS: Readonly<Record<string, ContractName>> = Object.fromEntries(
  CONTRACT_NAMES.map((contract) => [(standardJsonOf(contract).settings.optimizer as { runs: number }).runs, contract]),
)

/** The files of one chain in a folder of deployments. */
export class DeploymentFiles {
  /** Addresses; there when the deployment is finished. */
  readonly deployment: string
  /** Compiler, names and constructor arguments. */
  readonly verification: string
  /** Inputs of the compiler, one for each setting of its optimizer. */
  readonly standardJsons: readonly string[]
  /** Record and lock of a deployment that is not finished. */
  readonly unfinished: string
  readonly #record: string
  readonly #stem: string

  constructor(folder: string, chainId: number) {
    this.#stem = join(folder, String(chainId))
    this.deployment = `${this.#stem}.json`
    this.verification = `${this.#stem}.verification.json`
    this.standardJsons = Object.keys(BY_RUNS).map((runs) => this.#standardJson(runs))
    this.unfinished = `${this.#stem}.unfinished`
    this.#record = join(this.unfinished, 'record.json')
  }

  async readDeployment(): Promise<Deployment | undefined> {
    return readAs(this.deployment, (json) => deploymentSchema.parse(json), 'is no deployment: move it away.')
  }

  async readRecord(): Promise<DeploymentRecord | undefined> {
    const remedy = 'is no record of a deployment: give up the deployment with --anew.'
    return readAs(this.#record, (json) => deploymentRecordSchema.parse(json), remedy)
  }

  /** On the disk when it returns. */
  async writeRecord(record: DeploymentRecord): Promise<void> {
    await writeDurably(this.#record, `${toWire(record)}\n`)
  }

  /** Puts the record of a deployment aside. */
  async giveUp({ firstNonce }: DeploymentRecord): Promise<string> {
    const aside = `${this.#stem}.given-up-${firstNonce}.json`
    await rename(this.#record, aside)
    return aside
  }

  /** What verifies the sources, then the addresses; the record is no longer needed. */
  async finish(deployment: Deployment): Promise<void> {
    for (const [runs, contract] of Object.entries(BY_RUNS)) {
      await writeDurably(this.#standardJson(runs), `${JSON.stringify(standardJsonOf(contract))}\n`)
    }
    await writeDurably(this.verification, `${JSON.stringify(verificationOf(deployment), undefined, 2)}\n`)
    await writeDurably(this.deployment, `${JSON.stringify(deployment, undefined, 2)}\n`)
  }

  #standardJson(runs: string): string {
    return `${this.#stem}.standard-json.runs-${runs}.json`
  }

  /** Leaves a record only of what was begun and is not finished. */
  async tidy(): Promise<void> {
    const [begun, finished] = await Promise.all([this.#record, this.deployment].map(exists))
    if (finished || !begun) await rm(this.unfinished, { recursive: true, force: true })
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function readAs<T>(file: string, parse: (json: unknown) => T, remedy: string): Promise<T | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new DeploymentFileError(file, 'cannot be read: check its permissions.', error)
  }
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    throw new DeploymentFileError(file, remedy, error)
  }
}
