import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultParameters, readAlgorithm } from '@gristmill/example-logistic-regression'
import type { OrderId } from '@gristmill/protocol'
import { evaluate, readSafetensors } from '@gristmill/runner'
import { sessionFile } from '@gristmill/sdk/node'
import { chunksOf } from './chunks.js'
import type { Dataset } from './dataset.js'
import { DemoFailedError } from './errors.js'
import type { Published } from './publish.js'
import type { Stage } from './stage.js'
import { money, percent, type Transcript } from './transcript.js'

const POLL_MS = 100

/** A sponsor sends an algorithm to the data, the maker approves, a model comes back. */
export async function train(
  stage: Stage,
  published: Published,
  dataset: Dataset,
  transcript: Transcript,
): Promise<void> {
  const { sponsor } = stage.clients
  const path = join(stage.directory.out, 'model.safetensors')
  const session = await sessionFile(`${path}.session`)
  const module = await readAlgorithm()
  const { algorithm } = await sponsor.orders.sendAlgorithm({ module })
  const quote = await sponsor.orders.quote({
    listing: published.compute,
    kind: 'compute',
    ackKey: session.address,
    algorithm,
    parameters: defaultParameters,
  })
  const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
  transcript.step('Train', 'A sponsor sends an algorithm to the data that stays at home.')
  transcript.fact('algorithm', `logistic regression, ${module.length} bytes of WebAssembly, ${algorithm.slice(0, 18)}…`)
  transcript.fact('order', `${orderId}, ${money(quote.deal.price)} in escrow`)

  await sponsor.orders.wait({ orderId, until: ['review'], pollMs: POLL_MS, signal: stage.signal })
  await approve(stage, orderId, transcript)
  await sponsor.orders.wait({ orderId, until: ['ready'], pollMs: POLL_MS, signal: stage.signal })

  const { model, receipt, metrics } = await sponsor.orders.collectModel({ orderId, session, pollMs: POLL_MS })
  await writeFile(path, model)
  await rm(`${path}.session`)
  const { table, unseen } = dataset
  const judged = await evaluate({ model: readSafetensors(model), table, source: chunksOf(unseen) })
  if (!('accuracy' in judged)) throw new DemoFailedError('The table that the model was judged by has no classes.')
  transcript.step('Model', 'The sponsor collects the model and judges it by rows that only the sponsor has.')
  transcript.fact('model', `${path}, ${model.length} bytes`)
  for (const { name, micros } of metrics)
    transcript.fact(name, `${percent(micros / 1e6)}, by the runner on rows held back`)
  transcript.fact('accuracy', `${percent(judged.accuracy)} on ${judged.rows} rows it did not train on`)
  transcript.fact('baseline', `${percent(judged.majority)} by always answering the most frequent class`)
  if (judged.accuracy <= judged.majority)
    transcript.line('    NOTE: this model is no better than the baseline; a linear model does not fit this data.')

  const { settled } = await sponsor.orders.accept({ orderId })
  const [parts] = settled
  if (parts === undefined) throw new DemoFailedError('The order did not settle with the acceptance.')
  transcript.fact(
    'accepted',
    `maker ${money(parts.toMaker)}, datatrust ${money(parts.toOperator)}, ` +
      `curators ${money(parts.toCurators)}, reserve ${money(parts.toReserve)}`,
  )
  transcript.fact('model OK', receipt.releasedHash)
}

async function approve({ clients }: Stage, orderId: OrderId, transcript: Transcript): Promise<void> {
  const { listings } = clients.maker
  const pending = (await listings.approvals()).find((approval) => approval.orderId === orderId)
  if (pending === undefined) throw new DemoFailedError('The run does not wait for the maker’s approval.')
  const { releasedHash, leakBits, rowsAtMost, verdict, releasedBytes } = pending
  transcript.step('Approve', 'The maker sees what would leave, and signs for exactly that.')
  transcript.fact(
    'would leave',
    `${releasedBytes} bytes (${verdict}): at most ${rowsAtMost} rows could leave, ${leakBits} bits`,
  )
  await listings.decide({ orderId, releasedHash, approved: true })
  transcript.fact('approved', releasedHash)
}
