import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { MarketConfig } from '@gristmill/sdk'
import { z } from 'zod'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseDuration } from '../duration.js'
import type { Io } from '../io.js'
import type { Money } from '../money.js'

/** Fields of a MarketConfig and how each is written. */
export const CONFIG_FIELDS = {
  spreadBps: 'bps',
  makerBps: 'bps',
  operatorBps: 'bps',
  curatorsBps: 'bps',
  failureBps: 'bps',
  compensationBps: 'bps',
  quorumBps: 'bps',
  challengeFeeBps: 'bps',
  isCurated: 'yes or no',
  dripSeconds: 'seconds',
  exitDelaySeconds: 'seconds',
  activationSeconds: 'seconds',
  complaintWindowSeconds: 'seconds',
  disputeWindowSeconds: 'seconds',
  pollSeconds: 'seconds',
  timelockSeconds: 'seconds',
  listReward: 'amount',
  listingBond: 'amount',
  challengeBond: 'amount',
  minBond: 'amount',
} as const satisfies Record<keyof MarketConfig, 'bps' | 'seconds' | 'amount' | 'yes or no'>

export type ConfigField = keyof typeof CONFIG_FIELDS

const CONFIG_BYTES_MAX = 65_536

/** Values as people write them, by field; amounts in whole tokens. */
export type WrittenConfig = Partial<Record<ConfigField, string>>

const fileSchema = z.partialRecord(
  z.enum(Object.keys(CONFIG_FIELDS) as [ConfigField, ...ConfigField[]]),
  z.union([z.string(), z.number().int().min(0), z.boolean()]).transform(String),
)

/** `--config`: fields of a MarketConfig, amounts in whole tokens, as strings. */
async function readConfigFile(file: string): Promise<WrittenConfig> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new FileError(file, 'cannot be read: check path and permissions.', error)
  }
  if (text.length > CONFIG_BYTES_MAX) throw new FileError(file, 'is no config: it is far too large.')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new FileError(file, 'is not JSON: write it like {"makerBps":7000,"listingBond":"10"}.', error)
  }
  const parsed = fileSchema.safeParse(json)
  if (parsed.success) return parsed.data as WrittenConfig
  const issue = parsed.error.issues[0]
  throw new FileError(
    file,
    `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}; it holds ${Object.keys(CONFIG_FIELDS).join(', ')}.`,
  )
}

/** `base`, with what its file and its options say in place of its values; options win. */
export async function writtenConfigOf(
  io: Io,
  options: WrittenConfig & { config?: string },
  base: MarketConfig,
  money: Money,
): Promise<MarketConfig> {
  const file = options.config === undefined ? {} : await readConfigFile(resolve(io.cwd, options.config))
  const written: WrittenConfig = {}
  for (const field of Object.keys(CONFIG_FIELDS) as ConfigField[]) {
    const text = options[field]
    if (text !== undefined) written[field] = text
  }
  const fromFile = applyConfig(base, file, money, (field) => `--config ${field}`)
  return applyConfig(fromFile, written, money, optionOf)
}

/** `listingBond` is `--listing-bond`. */
function optionOf(field: ConfigField): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `base`, with what was written in place of its values; `name` says how a field is called in errors. */
function applyConfig(
  base: MarketConfig,
  written: WrittenConfig,
  money: Money,
  name: (field: ConfigField) => string,
): MarketConfig {
  const config: MarketConfig = { ...base }
  for (const [key, text] of Object.entries(written)) {
    const field = key as ConfigField
    if (text === undefined) continue
    const value = parseField(field, text, money, name(field))
    Object.assign(config, { [field]: value })
  }
  return config
}

function parseField(field: ConfigField, text: string, money: Money, name: string): number | bigint | boolean {
  switch (CONFIG_FIELDS[field]) {
    case 'amount':
      return money.parse(name, text)
    case 'seconds':
      return parseDuration(name, text)
    case 'yes or no': {
      if (text === 'yes' || text === 'true') return true
      if (text === 'no' || text === 'false') return false
      throw new ArgumentError(name, `${text} is neither yes nor no.`)
    }
    case 'bps': {
      if (/^\d{1,5}$/.test(text) && Number(text) <= 10_000) return Number(text)
      throw new ArgumentError(name, `${text} is no number of basis points: 0 to 10000, 100 are 1 %.`)
    }
  }
}
