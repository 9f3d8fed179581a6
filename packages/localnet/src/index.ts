export { ACTOR_NAMES, type Actor, type ActorName, type Actors } from './actors.js'
export type { HeldBlocks, MineParams } from './chain.js'
export { type ConnectLocalnetParams, connectLocalnet } from './connect-localnet.js'
export {
  ActorsMismatchError,
  JournalCorruptError,
  JournalVersionError,
  JournalWriteError,
  NotLocalnetError,
  ReplayMismatchError,
} from './errors.js'
export type { Localnet } from './localnet.js'
export { type Replay, type StartedLocalnet, type StartLocalnetParams, startLocalnet } from './start-localnet.js'
