import { createRequire } from 'node:module'
import hardhatEthers from '@nomicfoundation/hardhat-ethers'
import { defineConfig } from 'hardhat/config'
import { warningsAsErrors } from './warnings-as-errors.ts'

const require = createRequire(import.meta.url)
/** `pnpm test:deep` looks ten times as long. */
const DEPTH = process.env.GRISTMILL_DEEP ? 10 : 1

export default defineConfig({
  plugins: [hardhatEthers, warningsAsErrors],
  paths: { sources: ['./src', './test/attacks/contracts'], tests: { solidity: './test/fuzz' } },
  solidity: {
    version: '0.8.37',
    // The compiler comes from npm: nothing is downloaded.
    path: require.resolve('solc/soljson.js'),
    splitTestsCompilation: true,
    // The `admin` of a market in the tests, as OpenZeppelin made it.
    npmFilesToBuild: ['@openzeppelin/contracts/governance/TimelockController.sol'],
    settings: {
      viaIR: true,
      evmVersion: 'prague',
      optimizer: { enabled: true, runs: 2_000 },
    },
  },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'prague' },
  },
  test: {
    solidity: {
      fuzz: { runs: 128 * DEPTH },
      invariant: { runs: 48 * DEPTH, depth: 64, failOnRevert: true },
    },
  },
})
