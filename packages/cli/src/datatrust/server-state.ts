import { Client, type Datatrust } from '@gristmill/sdk'

const TIMEOUT_MS = 5_000

/** What answers at a datatrust's URL. */
export type ServerState = 'answers' | 'is another datatrust' | 'does not answer'

/** Asks the registered URL who is there, and compares that with the chain. */
export async function serverStateOf(
  { provider, deployment }: Client,
  { url, datatrust }: Datatrust,
): Promise<ServerState> {
  try {
    const client = await Client.connect({
      runner: provider,
      deployment,
      datatrust: url,
      datatrustTimeoutMs: TIMEOUT_MS,
    })
    return (await client.datatrusts.card()).datatrust === datatrust ? 'answers' : 'is another datatrust'
  } catch (error) {
    return (error as { code?: unknown }).code === 'CARD_MISMATCH' ? 'is another datatrust' : 'does not answer'
  }
}
