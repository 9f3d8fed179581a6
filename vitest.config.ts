import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { NO_POSTGRES } from './datatrust/tests/_postgres.ts'

/** One life after the other, for minutes: what is tried beside it must not be over first. */
const DEATHS = ['datatrust/tests/kill-*.test.ts']
/** What starts a datatrust, or the command line that does: the slow ones. */
const SERVERS = ['datatrust/{src,tests}/**/*.test.ts', 'packages/cli/tests/*.test.ts', 'examples/{,*/}tests/*.test.ts']
/** Servers that are tried over PostgreSQL, too; what the embedded database alone has is left out. */
const OVER_POSTGRES =
  NO_POSTGRES === undefined
    ? process.env.GRISTMILL_DEEP
      ? 'datatrust/tests/!(backup|big-files|bucket-processes|full-disk|kubernetes|postgres|processes|reorg).test.ts'
      : 'datatrust/tests/catalogue.test.ts'
    : '(none)'
/** What starts a chain and speaks with it, and measures nothing of its process. */
const CLIENTS = ['packages/sdk/tests/*.test.ts']
/** What needs an S3 server of the system's packages. */
const BUCKETS = ['packages/storage/tests/s3-*.test.ts', 'datatrust/tests/bucket{,-*}.test.ts']
/** What needs a Docker engine of the system's packages. */
const CONTAINERS = ['packages/runner/tests/docker-*.test.ts', 'datatrust/tests/docker.test.ts']
/** What needs an API of Kubernetes, which the tests of the engine have. */
const CLUSTERS = ['datatrust/tests/kubernetes.test.ts']
/** Beside what they test: a function or two, and nothing that is started. */
const UNITS = ['{packages,examples}/*/src/**/*.test.ts']

export default defineConfig({
  test: {
    // The tests wait for processes as often as they compute: one worker for each core would leave cores idle.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is built is loaded as its users load it, and the faster for it.
    server: { deps: { external: [/\/dist\/.*\.js$/] } },
    // In the order of their names: what is slow begins first, or all would wait for it in the end.
    projects: [
      { extends: true, test: { name: '0 deaths', include: DEATHS, globalSetup: '.ci/databases.ts' } },
      {
        extends: true,
        test: {
          name: '1 servers',
          include: SERVERS,
          exclude: ['**/node_modules/**', ...BUCKETS, ...CLUSTERS, ...CONTAINERS, ...DEATHS],
          globalSetup: '.ci/databases.ts',
          // Each closes what it starts: loading and warming up the same libraries takes longer than many a file.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: '1 servers over a bucket',
          include: BUCKETS,
          globalSetup: ['.ci/databases.ts', '.ci/s3-server.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: '1 servers over Kubernetes',
          include: CLUSTERS,
          globalSetup: ['.ci/databases.ts', '.ci/kubernetes-api.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: '1 servers over containers',
          include: CONTAINERS,
          globalSetup: ['.ci/databases.ts', '.ci/docker-engine.ts'],
        },
      },
      {
        extends: true,
        test: { name: '1 servers over PostgreSQL', include: [OVER_POSTGRES], globalSetup: '.ci/postgres-server.ts' },
      },
      {
        extends: true,
        test: {
          name: '2 packages',
          include: ['packages/*/tests/**/*.test.ts', '.ci/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...SERVERS, ...CLIENTS, ...BUCKETS, ...CONTAINERS],
        },
      },
      { extends: true, test: { name: '2 clients', include: CLIENTS, isolate: false } },
      // Loading what they import takes longer than they do: they share it.
      { extends: true, test: { name: '3 units', include: UNITS, isolate: false } },
    ],
  },
})
