import { parentPort, workerData } from 'node:worker_threads'
import { TamperedMessageError } from '../message-errors.js'
import {
  type AssetAnswer,
  type AssetJob,
  type AssetRequest,
  type CellJob,
  type SealingJob,
  slotOf,
} from './asset-job.js'
import { BatchWorker } from './batch-work.js'
import { CellWorker } from './cell-work.js'

const memory = workerData as SharedArrayBuffer
const assets = new Map<number, BatchWorker>()
const cellWorker = new CellWorker()

parentPort!.on('message', (request: AssetRequest) => {
  if ('open' in request) assets.set(request.asset, new BatchWorker(request.open))
  else if ('close' in request) assets.delete(request.asset)
  else parentPort!.postMessage(answerTo(request) satisfies AssetAnswer)
})

function answerTo(job: AssetJob): AssetAnswer {
  try {
    return 'encrypt' in job ? encrypt(job) : seal(job, assets.get(job.asset)!)
  } catch (error) {
    // The class of an error does not come through.
    return error instanceof TamperedMessageError ? { slot: job.slot, isTampered: true } : { slot: job.slot, error }
  }
}

function encrypt({ slot, encrypt: work }: CellJob): AssetAnswer {
  const { input: records, output: cells, leaves } = slotOf(memory, slot)
  return { slot, root: cellWorker.encrypt(work, { records, cells, leaves }) }
}

function seal({ slot, bytes, firstCell, tasks }: SealingJob, worker: BatchWorker): AssetAnswer {
  const { input, output, leaves } = slotOf(memory, slot)
  return { slot, ...worker.run({ tasks, input: input.subarray(0, bytes), firstCell, output, leaves }) }
}
