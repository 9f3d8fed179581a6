import { createHash } from 'node:crypto'
import {
  canonicalHash,
  chargeBudget,
  costOf,
  type Hex,
  isProtocolError,
  type Policy,
  parametersIn,
  policyFor,
  releaseSlot,
} from '@gristmill/protocol'
import { type Executor, readSafetensors, run } from '@gristmill/runner'
import { ACTS, OFFSET_MAX, parametersFor } from './acts.ts'
import type { Attack, AttackRun, Leak } from './attack.ts'
import { runBare } from './bare.ts'
import type { Hostile } from './find-hostile.ts'
import type { Outside } from './outside.ts'
import { recoveredBits } from './recovered-bits.ts'
import { type Given, ROWS, readInput, SEED, secretTable } from './secret-table.ts'

const SLOT_SECONDS = 3_600
/** Of an input that has two parameters: where they are, and where the number of values is. */
const [ACT_AT, OFFSET_AT, VALUES_AT] = [56, 64, 16]

/** What a sponsor had in the end, in bits of private rows above chance. */
export interface Outcome {
  /** With the gate. */
  gated: number
  /** Verdicts of the gated runs, or the errors that refused them; each once. */
  ends: string[]
  /** What all gated runs were charged. */
  charged: number
  /** Without the gate. */
  open: number
}

export interface MeasureAttackParams {
  attack: Attack
  hostile: Hostile
  outside: Outside
}

/** Tries an attack on the gate, and as a control without it, and decodes what comes out of both in the same way. */
export async function measureAttack(params: MeasureAttackParams): Promise<Outcome> {
  const { attack } = params
  const setting = settingOf(params)
  const gated: Tried[] = []
  const open: Tried[] = []
  const spent = { bits: 0, sponsorBits: 0, epsilonMicros: 0, sponsorEpsilonMicros: 0 }
  for (const [index, what] of attack.runs.entries()) {
    const order = { ...what, orderId: canonicalHash({ attack: attack.name, index }) }
    if (what.act === 'connect') order.offset = params.outside.port
    const { unjudged, ...tried } = await tryGated(params, setting, order, spent)
    gated.push(tried)
    const { given } = tried
    const rmse = given && attack.errorOf?.(unjudged, given, what)
    open.push(
      attack.errorOf === undefined
        ? await tryOpen(params, setting, order)
        : { ...tried, leak: { ...unjudged, rmse, isRaw: true } },
    )
  }
  return {
    gated: bitsIn(attack, gated),
    ends: [...new Set(gated.map(({ leak }) => leak.end))],
    charged: spent.bits,
    open: bitsIn(attack, open),
  }
}

interface Setting {
  policy: Policy
  algorithm: Uint8Array
  csv: Uint8Array
}

/** One run, and what its algorithm was given; nothing where it was refused before. */
interface Tried {
  what: AttackRun
  leak: Leak
  given: Given | undefined
}

function settingOf({ attack, hostile }: MeasureAttackParams): Setting {
  const { labels = 'by-rule', model, policy, runs, offsetMax = OFFSET_MAX } = attack
  const { table, csv } = secretTable({ rows: ROWS, labels, seed: SEED })
  const algorithm = runs[0]?.act === 'connect' ? hostile.connecting : hostile.algorithm
  const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
  const parameters = { act: { min: 0, max: ACTS.length - 1 }, offset: { min: 0, max: offsetMax } }
  return {
    csv,
    algorithm,
    policy: policyFor({
      table,
      model,
      algorithms: [{ digest, runtime: hostile.runtime, parameters }],
      minRowsPerParam: 1,
      slotSeconds: SLOT_SECONDS,
      runs: runs.length,
      ...policy,
    }),
  }
}

interface Order extends AttackRun {
  orderId: Hex
}

const NOTHING = { values: [], text: '', ms: 0 }

async function tryGated(
  { hostile: { executor }, outside }: MeasureAttackParams,
  { policy, algorithm, csv }: Setting,
  { orderId, act, offset }: Order,
  spent: { bits: number; sponsorBits: number; epsilonMicros: number; sponsorEpsilonMicros: number },
): Promise<Tried & { unjudged: Leak }> {
  const inputs: Uint8Array[] = []
  let written: number[] = []
  const recording: Executor = {
    ...executor,
    async execute(spec) {
      inputs.push(spec.input)
      const execution = await executor.execute(spec)
      written = valuesIn(execution.output)
      return execution
    },
  }
  const what = { act, offset }
  const orderedAt = Date.now() / 1_000
  try {
    const charge = chargeBudget(policy.budget, spent, costOf(policy))
    spent.bits += charge.bits
    spent.sponsorBits += charge.bits
    spent.epsilonMicros += charge.epsilonMicros
    spent.sponsorEpsilonMicros += charge.epsilonMicros
    const { verdict, released, metrics } = await run({
      orderId,
      policy,
      algorithm,
      parameters: parametersFor(act, offset),
      source: once(csv),
      executor: recording,
      secret: new Uint8Array(32).fill(7),
    })
    const tensors = released === undefined ? [] : readSafetensors(released).tensors
    const values = policy.artifact.tensors.flatMap(({ name }) => [
      ...(tensors.find((tensor) => tensor.name === name)?.values ?? []),
    ])
    // A result is told at a slot, so that is when it is seen.
    const ms = 1_000 * (releaseSlot(policy, Date.now() / 1_000) - releaseSlot(policy, orderedAt))
    const told = metrics.find(({ name }) => name === 'holdout_rmse')
    const leak = { values, end: verdict, text: await outside.take(offset), ms, rmse: told && told.micros / 1e6 }
    const unjudged = { ...leak, values: written }
    return { what, leak, unjudged, given: together(inputs) }
  } catch (error) {
    if (!isProtocolError(error)) throw error
    const leak = { ...NOTHING, end: error.code }
    return { what, leak, unjudged: leak, given: undefined }
  }
}

/** The algorithm alone, on all rows that it may see; whoever ordered it gets all that it writes, says and does. */
async function tryOpen(params: MeasureAttackParams, setting: Setting, order: Order): Promise<Tried> {
  const { attack, hostile, outside } = params
  const { act, offset } = order
  const { algorithm, policy } = setting
  const outputs = attack.valuesWithoutGate ?? parametersIn(policy.artifact)
  const outputBytes = 8 * outputs
  const input = inputFor(await exampleInput(hostile, setting), order, outputs)
  const given = readInput(input)
  if (attack.isBare === true) {
    const told = await runBare({ hostile, algorithm, input, outputBytes })
    const leak = { ...NOTHING, end: 'OK', text: `${told}${await outside.take(offset)}` }
    return { what: { act, offset }, leak, given }
  }
  hostile.takeSaid()
  const startedAt = performance.now()
  const { status, output } = await hostile.heard.execute({ algorithm, input, outputBytes })
  const ms = performance.now() - startedAt
  return { what: { act, offset }, leak: { values: valuesIn(output), end: status, text: hostile.takeSaid(), ms }, given }
}

/** An input as the runner writes it for the table of a setting; of the rows those of some split. */
async function exampleInput({ executor }: Hostile, { policy, algorithm, csv }: Setting): Promise<Uint8Array> {
  const { table, algorithms } = policy
  let seen: Uint8Array | undefined
  const blind: Executor = {
    ...executor,
    async execute({ input }) {
      seen = input
      return { status: 'ALGO_ERROR', reason: 'it is not run', fuelUsed: 0n }
    },
  }
  const linear = policyFor({ table, algorithms: algorithms.map((allowed) => ({ ...allowed })) })
  const parameters = parametersFor('nothing')
  const secret = new Uint8Array(32).fill(7)
  const orderId = canonicalHash('example')
  await run({ orderId, policy: linear, algorithm, parameters, source: once(csv), executor: blind, secret })
  if (seen === undefined) throw new Error('the runner handed nothing over')
  return seen
}

function inputFor(example: Uint8Array, { act, offset }: AttackRun, outputs: number): Uint8Array {
  const input = example.slice()
  const view = new DataView(input.buffer)
  view.setInt32(VALUES_AT, outputs, true)
  view.setBigInt64(ACT_AT, BigInt(ACTS.indexOf(act)), true)
  view.setBigInt64(OFFSET_AT, BigInt(offset), true)
  return input
}

const valuesIn = (output: Uint8Array | undefined): number[] =>
  output === undefined ? [] : [...new Float64Array(output.slice().buffer)]

/** What all blocks of a run were given. */
function together(inputs: readonly Uint8Array[]): Given | undefined {
  if (inputs.length === 0) return undefined
  const parts = inputs.map(readInput)
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    labels: Float64Array.from(parts.flatMap(({ labels }) => [...labels])),
    features: Float64Array.from(parts.flatMap(({ features }) => [...features])),
  }
}

/** What the sponsor reads in all runs together, beside what they went for. */
function bitsIn(attack: Attack, tried: readonly Tried[]): number {
  const all = tried.map(({ leak }) => leak)
  const guess: number[] = []
  const secret: number[] = []
  for (const { what, leak, given } of tried) {
    if (given === undefined) continue
    const read = attack.decode(leak, { given, all })
    const wanted = attack.secret(given, what)
    const count = Math.min(read.length, wanted.length)
    guess.push(...read.slice(0, count))
    secret.push(...wanted.slice(0, count))
  }
  return recoveredBits(guess, secret)
}

async function* once(bytes: Uint8Array) {
  yield bytes
}
