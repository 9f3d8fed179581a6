import { EngineRefusedError } from '@gristmill/runner'
import { z } from 'zod'

/** What a Slurm job of ours asks for. */
export interface SlurmSubmission {
  name: string
  script: string
  /** Task indices, `0-9` or `3,7`. */
  array: string
  minutes: number
  memoryMiB: number
  cpus: number
  placement: SlurmPlacement
}

/** Where jobs go within the cluster, in Slurm's own words. */
export interface SlurmPlacement {
  partition?: string
  /** Features that a node must have, `dataset-a&nvme`: next to the data. */
  constraint?: string
  /** `gpu:1` */
  gres?: string
  account?: string
  qos?: string
  /** No other job on the same node. */
  exclusive?: boolean
}

/** How one range of API versions writes what we ask and answers. */
interface Dialect {
  from: readonly number[]
  to: readonly number[]
  submission(submission: SlurmSubmission): object
}

const ENVIRONMENT_PATH = '/usr/local/bin:/usr/bin:/bin'

const shared = ({ name, array, cpus, placement }: SlurmSubmission) => ({
  name,
  array,
  tasks: 1,
  cpus_per_task: cpus,
  requeue: true,
  current_working_directory: '/',
  standard_input: '/dev/null',
  standard_output: '/dev/null',
  standard_error: '/dev/null',
  ...(placement.partition && { partition: placement.partition }),
  ...(placement.constraint && { constraints: placement.constraint }),
  ...(placement.account && { account: placement.account }),
  ...(placement.qos && { qos: placement.qos }),
})

/** Slurm 21.08 and 22.05. */
const PLAIN_NUMBERS: Dialect = {
  from: [0, 0, 36],
  to: [0, 0, 38],
  submission: (submission) => ({
    script: submission.script,
    job: {
      ...shared(submission),
      environment: { PATH: ENVIRONMENT_PATH },
      nodes: [1, 1],
      time_limit: submission.minutes,
      memory_per_node: submission.memoryMiB,
      ...(submission.placement.gres && { gres: submission.placement.gres }),
      ...(submission.placement.exclusive === true && { exclusive: 'exclusive' }),
    },
  }),
}

/** Slurm 23.11 and later. */
const SET_NUMBERS: Dialect = {
  from: [0, 0, 40],
  to: [0, 0, 49],
  submission: (submission) => ({
    script: submission.script,
    job: {
      ...shared(submission),
      environment: [`PATH=${ENVIRONMENT_PATH}`],
      minimum_nodes: 1,
      maximum_nodes: 1,
      time_limit: { set: true, number: submission.minutes },
      memory_per_node: { set: true, number: submission.memoryMiB },
      ...(submission.placement.gres && { tres_per_node: `gres/${submission.placement.gres}` }),
      ...(submission.placement.exclusive === true && { shared: ['none'] }),
    },
  }),
}

const DIALECTS = [PLAIN_NUMBERS, SET_NUMBERS] as const

/** A version of the API that a server offers and we speak. */
export interface SlurmApi {
  /** `v0.0.38` */
  version: string
  submission(submission: SlurmSubmission): object
}

/** What GET /openapi/v3 says, as far as it is needed: the paths. */
export const openApiSchema = z.looseObject({ paths: z.record(z.string(), z.unknown()) })

const SUBMIT_PATH = /^\/slurm\/(v(\d{1,3})\.(\d{1,3})\.(\d{1,3}))\/job\/submit$/

/** The newest version that the server offers and we speak. */
export function chooseApi({ paths }: z.output<typeof openApiSchema>): SlurmApi {
  const offered = Object.keys(paths)
    .map((path) => SUBMIT_PATH.exec(path))
    .filter((match) => match !== null)
    .map(([, version, ...numbers]) => ({ version: version!, numbers: numbers.map(Number) }))
    .sort((a, b) => compare(b.numbers, a.numbers))
  for (const { version, numbers } of offered) {
    const dialect = DIALECTS.find(({ from, to }) => compare(numbers, from) >= 0 && compare(numbers, to) <= 0)
    if (dialect !== undefined) return { version, submission: dialect.submission }
  }
  const versions = offered.map(({ version }) => version).join(', ') || 'none'
  throw new EngineRefusedError('slurm', 'choose a version', `it offers ${versions}; v0.0.36 to 38 or from 40 is spoken`)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0)
  return 0
}

const number = z.union([
  z.int().min(0),
  z
    .looseObject({ set: z.boolean().default(true), number: z.int().min(0).default(0) })
    .transform(({ set, number: value }) => (set ? value : null)),
  z.null(),
])

/** A job or a task of an array, as far as it is looked at. */
const jobSchema = z.looseObject({
  job_id: z.int().positive(),
  array_job_id: number.optional(),
  array_task_id: number.optional(),
  array_task_string: z.string().max(100_000).nullish(),
  job_state: z.union([z.string().transform((state) => [state]), z.array(z.string()).min(1).max(16)]),
  name: z.string().nullish(),
})
/** One record of GET /job/{id} or /jobs. */
export type SlurmJob = z.output<typeof jobSchema>

export const jobsSchema = z.looseObject({ jobs: z.array(jobSchema) })

export const submittedSchema = z.looseObject({ job_id: z.int().positive() })

/** Task indices of `0-3,7`; with a step or a bound of parallel tasks, `0-8:2%3`, too. */
export function parseArray(text: string): number[] {
  return text
    .replace(/%\d+$/, '')
    .split(',')
    .flatMap((part) => {
      const [, first, last, step] = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/.exec(part) ?? []
      if (first === undefined) return []
      const indices: number[] = []
      for (let index = Number(first); index <= Number(last ?? first); index += Math.max(1, Number(step ?? 1)))
        indices.push(index)
      return indices
    })
}
