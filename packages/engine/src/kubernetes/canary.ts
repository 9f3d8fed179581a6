/** Exit code of a canary that reached nothing. */
export const CANARY_ISOLATED = 42
/** For which it tries. */
const CANARY_MS = 5_000

/**
 * A program of Node that has to reach nothing: neither the API server, which any pod can reach unless a policy forbids it, nor
 * the cluster's DNS, through which much can be told, nor the address at which clouds hand out credentials of their machines.
 */
export const CANARY = `const { env, exit } = process
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
if (!host || !port) exit(1)
const reached = () => exit(0)
const nothing = () => {}
const { connect } = require('node:net')
for (const to of [{ host, port }, { host: '169.254.169.254', port: 80 }])
  connect(to).on('connect', reached).on('error', nothing)
let servers = []
try {
  servers = require('node:dns').getServers()
} catch {}
const query = Buffer.from('4a4a01000001000000000000000002' + '0001', 'hex')
for (const server of servers.filter((server) => !server.includes(']:')))
  require('node:dgram')
    .createSocket(server.includes(':') ? 'udp6' : 'udp4')
    .on('message', reached)
    .on('error', nothing)
    .send(query, 53, server, nothing)
setTimeout(() => exit(${CANARY_ISOLATED}), ${CANARY_MS})`
