import { BPS } from '@gristmill/protocol'
import type { MarketConfig } from '@gristmill/sdk'
import { formatDuration } from '../duration.js'
import type { Money } from '../money.js'

/** The rules of a market, for people. */
export function configFields(config: MarketConfig, money: Money): Record<string, string> {
  const { makerBps, operatorBps, curatorsBps, failureBps, spreadBps, compensationBps } = config
  const reserveBps = BPS - makerBps - operatorBps - curatorsBps
  return {
    'a sale': `maker ${percent(makerBps)}, operator ${percent(operatorBps)}, curators ${percent(curatorsBps)}, reserve ${percent(reserveBps)}`,
    'a failed run': `costs ${percent(failureBps)} of its price, and so does one whose model is not accepted`,
    spread: `the ask is at least ${percent(BPS + spreadBps)} of what a share is worth`,
    drip: `revenue unlocks over ${formatDuration(config.dripSeconds)}`,
    waits: `a new listing opens ${after(config.activationSeconds)}, and closes ${after(config.exitDelaySeconds)} when it exits`,
    window: `${formatDuration(config.disputeWindowSeconds)} to look at a run's result`,
    'a fair exchange': `leaves ${formatDuration(config.complaintWindowSeconds)} to prove a wrong cell, for at most ${percent(compensationBps)} of the datatrust's least bond`,
    datatrusts: config.isCurated ? "only those on the market's list" : 'any with the bond',
    polls: `last ${formatDuration(config.pollSeconds)}, need ${percent(config.quorumBps)} of the shares that can vote; who opens one puts up ${money.format(config.challengeBond)} and loses ${percent(config.challengeFeeBps)} of it without them`,
    'new rules': `bind ${bindingText(config)}`,
    reward: `at most ${money.format(config.listReward)} for a listing`,
    'listing bond': money.format(config.listingBond),
    "datatrust's bond": `at least ${money.format(config.minBond)}`,
  }
}

/** When what was decided about a market holds. */
export function bindingText({ timelockSeconds, dripSeconds, exitDelaySeconds }: MarketConfig): string {
  return after(Math.max(timelockSeconds, dripSeconds, exitDelaySeconds))
}

function after(seconds: number): string {
  return seconds === 0 ? 'at once' : `after ${formatDuration(seconds)}`
}

export function percent(bps: number): string {
  return `${bps / 100} %`
}
