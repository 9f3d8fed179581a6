import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ModelFormatError } from './errors.js'
import { readSafetensors, writeSafetensors } from './safetensors.js'
import type { ModelTensor } from './values.js'

const tensors: ModelTensor[] = [
  { name: 'intercept', shape: [2], release: 'bf16', values: Float64Array.of(-1.5, 0) },
  { name: 'coef', shape: [2, 3], release: 'bf16', values: Float64Array.of(1, -2, 0.5, 63.75, 2 ** -126, -0.0078125) },
]
const file = writeSafetensors(tensors)

/** A reader in another language, from the format's description: header, JSON, tensors by their offsets. */
const PYTHON_READER = `
import json, struct, sys
data = sys.stdin.buffer.read()
size, = struct.unpack_from('<Q', data)
header = json.loads(data[8:8 + size])
out = {}
for name, entry in header.items():
    assert entry['dtype'] == 'BF16', entry
    start, end = entry['data_offsets']
    raw = data[8 + size + start:8 + size + end]
    out[name] = {'shape': entry['shape'], 'values': [struct.unpack('>f', raw[i + 1:i + 2] + raw[i:i + 1] + bytes(2))[0] for i in range(0, len(raw), 2)]}
print(json.dumps(out))
`
const hasPython = spawnSync('python3', ['--version']).status === 0

describe('writeSafetensors', () => {
  it.runIf(hasPython)('writes what an independent reader reads (needs python3)', () => {
    const { stdout, status } = spawnSync('python3', ['-c', PYTHON_READER], { input: file })
    expect(status).toBe(0)
    expect(JSON.parse(stdout.toString())).toEqual({
      coef: { shape: [2, 3], values: [1, -2, 0.5, 63.75, 2 ** -126, -0.0078125] },
      intercept: { shape: [2], values: [-1.5, 0] },
    })
  })

  it('does not depend on the order of the tensors', () => {
    expect(writeSafetensors(tensors.toReversed())).toEqual(file)
  })

  it('aligns the data to 8 bytes', () => {
    expect(new DataView(file.buffer).getBigUint64(0, true) % 8n).toBe(0n)
  })
})

describe('readSafetensors', () => {
  it('reads what was written', () => {
    const model = readSafetensors(file)
    expect(model.tensors.map(({ name }) => name)).toEqual(['coef', 'intercept'])
    expect(model.tensors[1]).toEqual(tensors[0])
  })

  const withHeader = (change: (header: string) => string): Uint8Array => {
    const size = Number(new DataView(file.buffer).getBigUint64(0, true))
    const header = Buffer.from(change(Buffer.from(file.subarray(8, 8 + size)).toString()))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    return Buffer.concat([length, header, file.subarray(8 + size)])
  }
  const huge = Buffer.alloc(16)
  huge.writeBigUInt64LE(2n ** 63n)

  it('reads a header that was not changed', () => {
    expect(readSafetensors(withHeader((header) => header)).tensors).toHaveLength(2)
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a truncated file', file.subarray(0, -1)],
    ['bytes behind the data', Buffer.concat([file, Buffer.of(0)])],
    ['a header longer than the file', huge],
    ['a header that is no JSON', withHeader((header) => header.replace('{', '['))],
    ['metadata', withHeader((header) => header.replace('{', '{"__metadata__":{"a":"b"},'))],
    ['another data type', withHeader((header) => header.replace('BF16', 'F16 '))],
    ['other offsets', withHeader((header) => header.replace('[0,12]', '[2,14]'))],
    ['other padding', withHeader((header) => `${header}        `)],
    [
      'a tensor twice',
      withHeader((header) => header.replace('}}', '},"coef":{"data_offsets":[0,12],"dtype":"BF16","shape":[2,3]}}')),
    ],
    ['a shape with 2^60 values', withHeader((header) => header.replace('[2,3]', '[1073741824,1073741824]'))],
    [
      'a value that is not finite',
      (() => {
        const bytes = Uint8Array.from(file)
        bytes.set([0x80, 0x7f], bytes.length - 2)
        return bytes
      })(),
    ],
  ])('refuses %s', (_what, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(ModelFormatError)
  })
})
