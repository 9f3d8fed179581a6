import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loadFixture } from '../support/chain.ts'
import { deployHarness } from './harness.ts'
import { chacha20, hex } from './reference.ts'

/** RFC 8439: the block function (2.3.2), the cipher (2.4.2), and appendices A.1 and A.2. */
const VECTORS = [
  {
    section: '2.3.2',
    key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    counter: 1,
    nonce: '000000090000004a00000000',
    plain: Buffer.alloc(64),
    cipher:
      '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e' +
      'd2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
  },
  {
    section: '2.4.2',
    key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    counter: 1,
    nonce: '000000000000004a00000000',
    plain: Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    ),
    cipher:
      '6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b357' +
      '1639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736' +
      '5af90bbf74a35be6b40b8eedf2785e42874d',
  },
  {
    section: 'A.1 #1',
    key: '00'.repeat(32),
    counter: 0,
    nonce: '00'.repeat(12),
    plain: Buffer.alloc(64),
    cipher:
      '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7' +
      'da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
  },
  {
    section: 'A.1 #2',
    key: '00'.repeat(32),
    counter: 1,
    nonce: '00'.repeat(12),
    plain: Buffer.alloc(64),
    cipher:
      '9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed' +
      '29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f',
  },
  {
    section: 'A.1 #3',
    key: `${'00'.repeat(31)}01`,
    counter: 1,
    nonce: '00'.repeat(12),
    plain: Buffer.alloc(64),
    cipher:
      '3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a' +
      '8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0',
  },
  {
    section: 'A.1 #4',
    key: `00ff${'00'.repeat(30)}`,
    counter: 2,
    nonce: '00'.repeat(12),
    plain: Buffer.alloc(64),
    cipher:
      '72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca' +
      '13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096',
  },
  {
    section: 'A.1 #5',
    key: '00'.repeat(32),
    counter: 0,
    nonce: `${'00'.repeat(11)}02`,
    plain: Buffer.alloc(64),
    cipher:
      'c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7' +
      '8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d',
  },
  {
    section: 'A.2 #3',
    key: '1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0',
    counter: 42,
    nonce: `${'00'.repeat(11)}02`,
    plain: Buffer.from(
      "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n" +
        'All mimsy were the borogoves,\nAnd the mome raths outgrabe.',
    ),
    cipher:
      '62e6347f95ed87a45ffae7426f27a1df5fb69110044c0d73118effa95b01e5cf166d3df2d721caf9b21e5fb14c616871' +
      'fd84c54f9d65b283196c7fe4f60553ebf39c6402c42234e32a356b3e764312a61a5532055716ead6962568f87d3f3f77' +
      '04c6a8d1bcd1bf4d50d6154b6da731b187b58dfd728afa36757a797ac188d1',
  },
] as const

const DEPTH = process.env.GRISTMILL_DEEP ? 100 : 1

/** Whole blocks: the cipher on chain knows no other. */
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes], Math.ceil(bytes.length / 64) * 64)

async function crypt(key: Buffer, counter: number, nonce: Buffer, data: Buffer): Promise<Buffer> {
  const { fair } = await loadFixture(deployHarness)
  const result: string = await fair.getFunction('crypt')(hex(data), hex(key), counter, hex(nonce))
  return Buffer.from(result.slice(2), 'hex')
}

describe('ChaCha20', () => {
  it.each(VECTORS)('is that of RFC 8439, $section', async ({ key, counter, nonce, plain, cipher }) => {
    const made = await crypt(Buffer.from(key, 'hex'), counter, Buffer.from(nonce, 'hex'), padded(plain))
    expect(made.subarray(0, plain.length).toString('hex')).toBe(cipher)
  })

  it.each([0, 1, 63, 64, 2 ** 26 - 1, 2 ** 31, 2 ** 32 - 64])(
    'is that of OpenSSL from block %d on',
    async (counter) => {
      for (let i = 0; i < 2 * DEPTH; i++) {
        const [key, nonce, data] = [randomBytes(32), randomBytes(12), randomBytes(4096)]
        expect(hex(await crypt(key, counter, nonce, data))).toBe(hex(chacha20(key, counter, nonce, data)))
      }
    },
  )

  it.each([0, 64, 128, 1024])('takes %d bytes', async (sizeBytes) => {
    const [key, nonce, data] = [randomBytes(32), randomBytes(12), randomBytes(sizeBytes)]
    expect(hex(await crypt(key, 7, nonce, data))).toBe(hex(chacha20(key, 7, nonce, data)))
  })

  it('leaves what is beyond the last whole block as it is', async () => {
    const [key, nonce, data] = [randomBytes(32), randomBytes(12), randomBytes(127)]
    const whole = chacha20(key, 7, nonce, data.subarray(0, 64))
    expect(hex(await crypt(key, 7, nonce, data))).toBe(hex(Buffer.concat([whole, data.subarray(64)])))
    expect(hex(await crypt(key, 7, nonce, data.subarray(0, 63)))).toBe(hex(data.subarray(0, 63)))
  })

  it.each(['00', 'ff', '80', '01', '7f'])('is that of OpenSSL for keys, nonces and data of bytes %s', async (byte) => {
    const [key, nonce, data] = [32, 12, 256].map((length) => Buffer.alloc(length, byte, 'hex')) as [
      Buffer,
      Buffer,
      Buffer,
    ]
    expect(hex(await crypt(key, 2 ** 32 - 4, nonce, data))).toBe(hex(chacha20(key, 2 ** 32 - 4, nonce, data)))
  })

  // NOTE: found by search: with counter and nonce zero, b ^ c is all ones in all four columns before the last rotation of
  // the first column round. A rotation by a product modulo 2^256 - 1 takes that for zero; a seller could grind such a key
  // for a cell that is right on chain and wrong everywhere else.
  it('is that of OpenSSL for a key that fills a row with ones', async () => {
    const key = Buffer.from('0614171308ee27c3213f3238f99aea997f9f9b86371717068d8dcecbee958d99', 'hex')
    const [nonce, data] = [Buffer.alloc(12), Buffer.alloc(64)]
    expect(rowBeforeLastRotation(key)).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff])
    expect(hex(await crypt(key, 0, nonce, data))).toBe(hex(chacha20(key, 0, nonce, data)))
  })
})

/** b ^ c of each column before the rotation by 7 in the first quarter rounds, counter and nonce being zero. */
function rowBeforeLastRotation(key: Buffer): number[] {
  const turn = (x: number, left: number): number => ((x << left) | (x >>> (32 - left))) >>> 0
  return [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574].map((constant, column) => {
    let [a, b, c, d] = [constant, key.readUInt32LE(4 * column), key.readUInt32LE(16 + 4 * column), 0]
    a = (a + b) >>> 0
    d = turn(d ^ a, 16)
    c = (c + d) >>> 0
    b = turn(b ^ c, 12)
    a = (a + b) >>> 0
    d = turn(d ^ a, 8)
    c = (c + d) >>> 0
    return (b ^ c) >>> 0
  })
}
