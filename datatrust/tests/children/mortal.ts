import { type ConfigParams, type Overrides, start } from '@gristmill/datatrust'
import { createWasmExecutor } from '@gristmill/runner'

/** Where a datatrust that is being tested kills itself; `never` is one that lives. */
export type KillPoint = 'never' | 'mid-run' | 'before-mark' | 'after-mark'

export interface Life {
  params: Omit<ConfigParams, 'chain'> & { chain: Omit<ConfigParams['chain'], 'chainId'> & { chainId: string } }
  point: KillPoint
}

const KILL_AFTER_MS = 300

function overridesFor(point: KillPoint): Overrides {
  const die = () => process.kill(process.pid, 'SIGKILL')
  const executor = createWasmExecutor()
  return {
    executor: {
      ...executor,
      execute: (spec) => {
        if (point === 'mid-run') setTimeout(die, KILL_AFTER_MS)
        return executor.execute(spec)
      },
    },
    chain: (chain) => {
      const deliver = chain.deliver.bind(chain)
      const fulfil = chain.fulfil.bind(chain)
      const around = async (mark: () => Promise<void>) => {
        if (point === 'before-mark') die()
        await mark()
        if (point === 'after-mark') die()
      }
      chain.deliver = (deal, goods) => around(() => deliver(deal, goods))
      chain.fulfil = (deal, goods, receipt) => around(() => fulfil(deal, goods, receipt))
      return chain
    },
  }
}

const { params, point } = JSON.parse(process.argv[2] ?? '') as Life
const chain = { ...params.chain, chainId: BigInt(params.chain.chainId) }
const server = await start({ ...params, chain }, overridesFor(point))
console.log(server.url)
process.once('SIGTERM', () => void server.close())
