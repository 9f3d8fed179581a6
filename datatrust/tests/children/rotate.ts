import { type ConfigParams, rotateDatatrustKeys } from '@gristmill/datatrust'

interface Errand {
  params: Omit<ConfigParams, 'chain'> & { chain: Omit<ConfigParams['chain'], 'chainId'> & { chainId: string } }
  /** Assets after which it kills itself. */
  dieAfter: number
}

const { params, dieAfter } = JSON.parse(process.argv[2] ?? '') as Errand
await rotateDatatrustKeys(
  { ...params, chain: { ...params.chain, chainId: BigInt(params.chain.chainId) } },
  {
    onProgress: ({ doneAssets }) => {
      if (doneAssets >= dieAfter) process.kill(process.pid, 'SIGKILL')
    },
  },
)
