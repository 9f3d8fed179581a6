import hardhatEthers from '@nomicfoundation/hardhat-ethers'
import { defineConfig } from 'hardhat/config'
import { collector } from './collector.ts'

/** Nothing is compiled here: the artifacts are those of the instrumented sources. */
export default defineConfig({
  plugins: [hardhatEthers, collector],
  paths: { artifacts: `${process.env.GRISTMILL_PROBE}/artifacts`, cache: `${process.env.GRISTMILL_PROBE}/cache` },
  solidity: '0.8.37',
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'prague', allowUnlimitedContractSize: true },
  },
})
