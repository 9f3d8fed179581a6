import { buy } from './buy.js'
import { createMarket } from './create-market.js'
import { readDataset } from './dataset.js'
import type { Directory } from './directory.js'
import { fund } from './fund.js'
import { leave } from './leave.js'
import { countMoney, showMoney } from './money-table.js'
import type { Options } from './options.js'
import { publish } from './publish.js'
import { openStage, type Stage } from './stage.js'
import { train } from './train.js'
import type { Transcript } from './transcript.js'

/** Plays the whole story; the stage stays up until the stack is disposed of. */
export async function playDemo(
  options: Options,
  directory: Directory,
  transcript: Transcript,
  stack: AsyncDisposableStack,
): Promise<Stage> {
  const dataset = await readDataset(options)
  transcript.line('Gristmill: one dataset and one model through their whole life')
  const stage = await openStage(directory, transcript, stack)
  const before = await countMoney(stage)
  const market = await createMarket(stage, transcript)
  const published = await publish(stage, market, dataset, transcript)
  const shares = await fund(stage, market, transcript)
  await buy(stage, published, transcript)
  await train(stage, published, dataset, transcript)
  await leave(stage, market, shares, published, transcript)
  showMoney(before, await countMoney(stage), transcript)
  transcript.line(`\nsha256 OK  ${directory.out}/dataset.csv\nmodel OK   ${directory.out}/model.safetensors`)
  return stage
}
