import { describe, expect, it } from 'vitest'
import { parseFetchUrl } from './fetch-policy.js'
import { isPublicAddress } from './public-address.js'

const PUBLIC = { isPublic: true, origins: [] }

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.0', '2606:4700:4700::1111', '2a00::1'])(
    'is public: %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '203.0.113.5',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('is none of the public internet: %s', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('a URL to fetch from', () => {
  it.each([
    ['as everybody writes it', 'https://127.0.0.1/a'],
    ['in hexadecimal', 'https://0x7f000001/'],
    ['in one number', 'https://2130706433/'],
    ['in octal', 'https://0177.0.0.1/'],
    ['mixed, and short', 'https://0x7f.1/'],
    ['with a dot behind', 'https://127.0.0.1./'],
    ['in full-width digits', 'https://１２７.０.０.１/'],
    ['percent-encoded', 'https://%31%32%37.0.0.1/'],
    ['of the cloud’s metadata', 'https://169.254.169.254/latest/meta-data'],
    ['IPv6', 'https://[::1]/'],
    ['IPv6 that maps IPv4', 'https://[::ffff:127.0.0.1]/'],
    ['IPv6 that maps IPv4, in hexadecimal', 'https://[::ffff:a9fe:a9fe]/'],
    ['IPv6 that translates IPv4', 'https://[64:ff9b::10.0.0.1]/'],
    ['6to4', 'https://[2002:0a00:0001::1]/'],
    ['of this network only', 'https://[fe80::1]/'],
    ['of all addresses', 'https://0/'],
  ])('is refused for its address: %s', (_how, url) => {
    expect(() => parseFetchUrl(url, PUBLIC)).toThrow(expect.objectContaining({ code: 'FETCH_UNREACHABLE' }))
  })

  it.each([
    ['http', 'http://example.org/a'],
    ['a file', 'file:///etc/passwd'],
    ['gopher', 'gopher://example.org/'],
    ['data', 'data:,a'],
    ['a name in it', 'https://me@example.org/'],
    ['a password in it', 'https://me:secret@example.org/'],
    ['a port', 'https://example.org:8443/'],
    ['no URL', 'example.org'],
    ['too long', `https://example.org/${'a'.repeat(4_096)}`],
  ])('is refused: %s', (_how, url) => {
    expect(() => parseFetchUrl(url, PUBLIC)).toThrow(expect.objectContaining({ code: 'FETCH_URL' }))
  })

  it('is taken from the public internet, or from an origin that is named', () => {
    expect(parseFetchUrl('https://example.org/a?b#c', PUBLIC).href).toBe('https://example.org/a?b')
    expect(() => parseFetchUrl('https://example.org/', { isPublic: false, origins: [] })).toThrow(
      expect.objectContaining({ code: 'FETCH_NOT_ALLOWED' }),
    )
    const named = { isPublic: false, origins: ['http://10.0.0.1:9000'] }
    expect(parseFetchUrl('http://10.0.0.1:9000/a', named).href).toBe('http://10.0.0.1:9000/a')
    expect(() => parseFetchUrl('http://10.0.0.1:9001/a', named)).toThrow(
      expect.objectContaining({ code: 'FETCH_NOT_ALLOWED' }),
    )
  })
})
