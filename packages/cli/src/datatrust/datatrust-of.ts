import type { DatatrustId } from '@gristmill/protocol'
import { ArgumentError, WhichDatatrustError } from '../argument-errors.js'
import type { Io } from '../io.js'
import type { LoadedProfile } from '../profile.js'
import { type DataOption, dataFolderOf, readRegistration } from './data-folder.js'

export interface DatatrustOptions extends DataOption {
  id?: string
}

const ID_MAX = 2 ** 32 - 1

/** The datatrust that is named, or the one that was registered from the data folder. */
export async function datatrustOf(io: Io, loaded: LoadedProfile, options: DatatrustOptions): Promise<DatatrustId> {
  const named = options.id ?? (io.env.DATATRUST_ID || undefined)
  if (named !== undefined) return parseNumber('--id', named)
  const folder = dataFolderOf(io, loaded, options)
  const registered = await readRegistration(folder, loaded.profile.deployment)
  if (registered === undefined) throw new WhichDatatrustError(folder)
  return registered
}

export function parseNumber(argument: string, text: string): DatatrustId {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= ID_MAX) return number
  throw new ArgumentError(argument, `${text} is not the number of a datatrust: it is 1 or more.`)
}
