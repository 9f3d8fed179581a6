// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../interfaces/IMarkets.sol";

/// @dev A Config as it is stored, by who reads it: the first slot for orders, the second for patrons and polls, the third
/// for makers and challengers.
struct Rules {
    uint16 makerBps;
    uint16 operatorBps;
    uint16 curatorsBps;
    uint16 failureBps;
    uint16 compensationBps;
    uint24 complaintWindowSeconds;
    uint24 disputeWindowSeconds;
    uint24 dripSeconds;
    bool isCurated;
    uint96 minBond;
    uint16 spreadBps;
    uint16 quorumBps;
    uint16 challengeFeeBps;
    uint24 pollSeconds;
    uint24 timelockSeconds;
    uint24 exitDelaySeconds;
    uint40 effectiveAt; // Unix seconds; 0: no such version
    uint80 listReward;
    uint24 activationSeconds;
    uint80 listingBond;
    uint80 challengeBond;
}

using {toConfig, changeDelaySeconds} for Rules global;

uint256 constant BPS = 10_000;

/// @dev The stored form of a config that passed `checkConfig`, whose bounds make the narrow types fit.
function toRules(IMarkets.Config calldata config, uint40 effectiveAt) pure returns (Rules memory) {
    return
        Rules({
            makerBps: config.makerBps,
            operatorBps: config.operatorBps,
            curatorsBps: config.curatorsBps,
            failureBps: config.failureBps,
            compensationBps: config.compensationBps,
            complaintWindowSeconds: uint24(config.complaintWindowSeconds),
            disputeWindowSeconds: uint24(config.disputeWindowSeconds),
            dripSeconds: uint24(config.dripSeconds),
            isCurated: config.isCurated,
            minBond: config.minBond,
            spreadBps: config.spreadBps,
            quorumBps: config.quorumBps,
            challengeFeeBps: config.challengeFeeBps,
            pollSeconds: uint24(config.pollSeconds),
            timelockSeconds: uint24(config.timelockSeconds),
            exitDelaySeconds: uint24(config.exitDelaySeconds),
            effectiveAt: effectiveAt,
            listReward: config.listReward,
            activationSeconds: uint24(config.activationSeconds),
            listingBond: config.listingBond,
            challengeBond: config.challengeBond
        });
}

function toConfig(Rules memory rules) pure returns (IMarkets.Config memory) {
    return
        IMarkets.Config({
            spreadBps: rules.spreadBps,
            makerBps: rules.makerBps,
            operatorBps: rules.operatorBps,
            curatorsBps: rules.curatorsBps,
            failureBps: rules.failureBps,
            compensationBps: rules.compensationBps,
            quorumBps: rules.quorumBps,
            challengeFeeBps: rules.challengeFeeBps,
            isCurated: rules.isCurated,
            dripSeconds: rules.dripSeconds,
            exitDelaySeconds: rules.exitDelaySeconds,
            activationSeconds: rules.activationSeconds,
            complaintWindowSeconds: rules.complaintWindowSeconds,
            disputeWindowSeconds: rules.disputeWindowSeconds,
            pollSeconds: rules.pollSeconds,
            timelockSeconds: rules.timelockSeconds,
            listReward: rules.listReward,
            listingBond: rules.listingBond,
            challengeBond: rules.challengeBond,
            minBond: rules.minBond
        });
}

/// @dev Patrons and makers can leave under the old rules before new ones bind.
function changeDelaySeconds(Rules memory rules) pure returns (uint40 delaySeconds) {
    delaySeconds = rules.timelockSeconds;
    if (rules.dripSeconds > delaySeconds) delaySeconds = rules.dripSeconds;
    if (rules.exitDelaySeconds > delaySeconds) delaySeconds = rules.exitDelaySeconds;
}

/// @dev Reverts with Markets_ConfigOutOfBounds on the first field outside of its hard bound.
function checkConfig(IMarkets.Config calldata config, uint256 p0) pure {
    uint256 sumBps = uint256(config.makerBps) + config.operatorBps + config.curatorsBps;
    _checkField("spreadBps", config.spreadBps, 0, 5_000);
    _checkField("makerBps", config.makerBps, 2_500, BPS);
    _checkField("operatorBps", config.operatorBps, 0, 5_000);
    _checkField("curatorsBps", config.curatorsBps, 0, 1_000);
    _checkField("sumBps", sumBps, 0, BPS);
    _checkField("failureBps", config.failureBps, 0, 3_000);
    _checkField("compensationBps", config.compensationBps, 0, BPS);
    _checkField("quorumBps", config.quorumBps, 0, 5_000);
    _checkField("challengeFeeBps", config.challengeFeeBps, 0, 5_000);
    _checkField("dripSeconds", config.dripSeconds, 1 hours, 30 days);
    _checkField("exitDelaySeconds", config.exitDelaySeconds, 0, 30 days);
    _checkField("activationSeconds", config.activationSeconds, 0, 30 days);
    // A bond's 21 days of unbonding outlast 7 days to reveal, one hour of grace and these.
    _checkField("complaintWindowSeconds", config.complaintWindowSeconds, 0, 13 days);
    _checkField("disputeWindowSeconds", config.disputeWindowSeconds, 0, 13 days);
    _checkField("pollSeconds", config.pollSeconds, 1, 30 days);
    _checkField("timelockSeconds", config.timelockSeconds, 0, 30 days);
    _checkField("listReward", config.listReward, 0, 100 * p0);
    // An admin must not price challenges out: whoever doubts a listing puts up no more than its maker, or a small sum.
    uint256 smallSum = 100 * p0;
    uint256 maxChallengeBond = config.listingBond > smallSum ? config.listingBond : smallSum;
    _checkField("challengeBond", config.challengeBond, 0, maxChallengeBond);
}

function _checkField(bytes32 field, uint256 value, uint256 min, uint256 max) pure {
    require(value >= min && value <= max, IMarkets.Markets_ConfigOutOfBounds(field, value, min, max));
}
