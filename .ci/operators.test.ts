import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { envSchema, readEnv } from '../datatrust/src/config/env.js'
import { ROOT } from './workspace.ts'

const FOLDER = join(ROOT, 'docs/operators')
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8')
const UNIT = 'datatrust@.service'
const COMPOSE = 'compose.yaml'
const PROXY = 'haproxy.cfg'

/** Whether the machine has a program; where it has not, `.ci/system-packages.ts` says what is skipped. */
const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** What a program says of these files, one of them changed. */
function judge(command: readonly [string, ...string[]], name: string, content: string) {
  const directory = mkdtempSync(join(tmpdir(), 'gristmill-operators-'))
  try {
    cpSync(FOLDER, directory, { recursive: true })
    writeFileSync(join(directory, name), content)
    const [program, ...args] = command
    const { status, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8' })
    // Units of the machine are judged, too.
    return { status, faults: stderr.split('\n').filter((line) => line.includes('datatrust@')) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What of the Compose Specification these files use, and not a word more: a name that is misspelt is refused. */
const duration = z.string().regex(/^[1-9][0-9]*s$/)
const name = z.string().regex(/^[a-z][a-z0-9-]*$/)
const serviceSchema = z.strictObject({
  image: z.string().regex(/^[a-z0-9]+:[a-z0-9.-]+$/),
  command: z.array(z.string()).optional(),
  user: z
    .string()
    .regex(/^[0-9]+:[0-9]+$/)
    .optional(),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string().regex(/^(\.\/)?[\w./-]+:\/[\w./-]+(:ro)?$/)).optional(),
  secrets: z.array(name).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:[0-9]{1,5}:[0-9]{1,5}$/)).optional(),
  depends_on: z.record(name, z.strictObject({ condition: z.enum(['service_healthy', 'service_started']) })).optional(),
  restart: z.literal('always'),
  stop_grace_period: duration.optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD'), z.string()], z.string()),
      interval: duration,
      timeout: duration,
      retries: z.int().positive().optional(),
      start_period: duration.optional(),
    })
    .optional(),
})
const composeSchema = z.strictObject({
  'x-datatrust': z.unknown(),
  services: z.record(name, serviceSchema),
  secrets: z.record(name, z.strictObject({ file: z.string() })),
  volumes: z.record(name, z.null()),
})
const readCompose = (text: string) => composeSchema.parse(parse(text, { merge: true }))

/** Seconds for which a datatrust with these settings goes on when it is asked to end. */
function endingOf(env: Record<string, string>): number {
  const { DATATRUST_DRAIN_NOTICE_SECONDS: notice = 0, DATATRUST_DRAIN_SECONDS: drain = 30 } = readEnv(env)
  return notice + drain
}

describe('what operators copy', () => {
  const lines = read('datatrust.env')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => line.split('=', 2) as [string, string])
  const common: Record<string, string> = Object.fromEntries(lines)

  it('sets variables that a datatrust reads, and all that it must have', () => {
    expect(Object.keys(readEnv(common)).toSorted()).toEqual(Object.keys(common).toSorted())
  })

  it.skipIf(!has('systemd-analyze'))('is a unit that systemd takes, and one with a fault is not', () => {
    const verify = (unit: string) => judge(['systemd-analyze', 'verify', `./${UNIT}`], UNIT, unit).faults
    expect(verify(read(UNIT))).toEqual([])
    expect(verify(read(UNIT).replace('ExecStart=', 'ExecStrat='))).not.toEqual([])
  })

  it.skipIf(!has('docker-compose'))('is a file that Compose takes, and one with a fault is not', () => {
    const config = (text: string) => judge(['docker-compose', '-f', COMPOSE, 'config', '-q'], COMPOSE, text).status
    expect(config(read(COMPOSE))).toBe(0)
    expect(config(read(COMPOSE).replace('depends_on:', 'dependson:'))).not.toBe(0)
  })

  it.skipIf(!has('haproxy'))('is a file that HAProxy takes, and one with a fault is not', () => {
    const check = (text: string) => judge(['haproxy', '-c', '-f', PROXY], PROXY, text).status
    expect(check(read(PROXY))).toBe(0)
    expect(check(read(PROXY).replace('httpchk', 'htpchk'))).not.toBe(0)
  })

  it('has a unit that runs what there is, where its settings say, and leaves it the time to end', () => {
    const set = Object.fromEntries(
      read(UNIT)
        .split('\n')
        .flatMap((line) => (line.includes('=') ? [line.split(/=(.*)/, 2) as [string, string]] : [])),
    )
    expectProgram(set.ExecStart ?? '')
    expect(set.Environment).toBe('DATATRUST_PORT=%i')
    expect(`/var/lib/${set.StateDirectory}`).toBe(common.DATATRUST_DATA_DIRECTORY)
    expect(Number(set.TimeoutStopSec)).toBeGreaterThan(endingOf(common))
  })

  it.each([
    ['a word that is none', 'healthcheck:', 'healthchek:'],
    ['an image without its version', 'image: postgres:17', 'image: postgres'],
    ['a port that is open to everybody', '"127.0.0.1:8080:8080"', '"8080:8080"'],
    ['a condition that is none', 'service_healthy', 'service_health'],
    ['a time without its unit', 'interval: 5s', 'interval: 5'],
  ])('is no Compose file with %s', (_fault, from, to) => {
    expect(read(COMPOSE)).toContain(from)
    expect(() => readCompose(read(COMPOSE).replace(from, to))).toThrow()
  })

  it('is a Compose file whose names all lead somewhere', () => {
    const { services, secrets, volumes } = readCompose(read(COMPOSE))
    const all = Object.values(services)
    for (const { depends_on = {}, env_file } of all) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(services).toHaveProperty(other)
        if (condition === 'service_healthy') expect(services[other]?.healthcheck).toBeDefined()
      }
      if (env_file !== undefined) expect(existsSync(join(FOLDER, env_file))).toBe(true)
    }
    const sources = all.flatMap((service) => (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? ''))
    const named = sources.filter((source) => !source.startsWith('.'))
    expect([...new Set(named)].toSorted()).toEqual(Object.keys(volumes).toSorted())
    expect(all.flatMap((service) => service.secrets ?? []).toSorted()).toEqual(Object.keys(secrets).toSorted())
    // What is not among these files is told to be put beside them.
    const given = ['./gristmill', './data']
    for (const source of sources.filter((path) => path.startsWith('.') && !path.startsWith('./secrets/'))) {
      expect(given.includes(source) || existsSync(join(FOLDER, source)), source).toBe(true)
    }
  })

  it('runs datatrusts in Compose with settings that they read, files that are mounted, and the time to end', () => {
    const { services } = readCompose(read(COMPOSE))
    const datatrusts = Object.entries(services).filter(([service]) => service.startsWith('datatrust-'))
    expect(datatrusts).toHaveLength(2)
    for (const [service, { environment = {}, volumes = [], command, stop_grace_period }] of datatrusts) {
      for (const variable of Object.keys(environment)) expect(envSchema.shape).toHaveProperty(variable)
      const env = { ...common, ...environment }
      expect(() => readEnv(env), service).not.toThrow()
      const mounts = volumes.map((volume) => volume.split(':')[1] ?? '')
      for (const [variable, path] of Object.entries(env)) {
        if (/_(FILE|DIRECTORY)$/.test(variable)) expect(mounts, variable).toContain(path)
      }
      expectProgram(command?.join(' ') ?? '')
      expect(Number.parseInt(stop_grace_period ?? '0', 10)).toBeGreaterThan(endingOf(env))
    }
  })

  it('asks datatrusts whether they are ready where they listen, by a route that there is', () => {
    const { services } = readCompose(read(COMPOSE))
    const { paths } = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8'))
    const [, checked = ''] = /option httpchk GET (\S+)/.exec(read(PROXY)) ?? []
    expect(paths[checked]?.get).toBeDefined()
    for (const [service, { environment, healthcheck }] of Object.entries(services)) {
      if (!service.startsWith('datatrust-')) continue
      const port = environment?.DATATRUST_PORT
      expect(healthcheck?.test.join(' ')).toContain(`'http://127.0.0.1:${port}${checked}'`)
      expect(read(PROXY)).toContain(` ${service}:${port} check`)
    }
    const [, bound] = /bind :(\d+)/.exec(read(PROXY)) ?? []
    expect(services.proxy?.ports).toEqual([`127.0.0.1:8080:${bound}`])
  })

  it('tells datatrusts behind a proxy whose requests they are', () => {
    const { services } = readCompose(read(COMPOSE))
    expect(read(PROXY)).toMatch(/^ {2}option forwardfor$/m)
    const hops = Number(common.DATATRUST_PROXY_HOPS)
    expect(hops).toBe(1)
    expect(Number(services['datatrust-1']?.environment?.DATATRUST_PROXY_HOPS)).toBe(hops + 1)
  })
})

/** Of a package as `npm install` lays it out. */
function expectProgram(command: string): void {
  const [, path = ''] = /\/opt\/gristmill\/node_modules\/@gristmill\/(\S+)$/.exec(command) ?? []
  expect(existsSync(join(ROOT, path)), command).toBe(true)
}
