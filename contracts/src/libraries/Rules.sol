// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../interfaces/IMarkets.sol";

/// @dev A Config as it is stored: two slots, the first with all that an order or a patron needs, the second for makers.
struct Rules {
    uint16 spreadBps;
    uint16 makerBps;
    uint16 operatorBps;
    uint16 curatorsBps;
    uint16 failureBps;
    uint24 dripSeconds;
    uint24 computeWindowSeconds;
    uint24 timelockSeconds;
    uint96 minBond;
    uint24 exitDelaySeconds;
    uint24 activationSeconds;
    uint40 effectiveAt; // Unix seconds; 0: no such version
    uint80 listReward;
    uint80 listingBond;
}

using {toConfig, changeDelaySeconds} for Rules global;

uint256 constant BPS = 10_000;

/// @dev The stored form of a config that passed `checkConfig`, whose bounds make the narrow types fit.
function toRules(IMarkets.Config calldata config, uint40 effectiveAt) pure returns (Rules memory) {
    return
        Rules({
            spreadBps: config.spreadBps,
            makerBps: config.makerBps,
            operatorBps: config.operatorBps,
            curatorsBps: config.curatorsBps,
            failureBps: config.failureBps,
            dripSeconds: uint24(config.dripSeconds),
            computeWindowSeconds: uint24(config.computeWindowSeconds),
            timelockSeconds: uint24(config.timelockSeconds),
            minBond: config.minBond,
            exitDelaySeconds: uint24(config.exitDelaySeconds),
            activationSeconds: uint24(config.activationSeconds),
            effectiveAt: effectiveAt,
            listReward: config.listReward,
            listingBond: config.listingBond
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
            dripSeconds: rules.dripSeconds,
            exitDelaySeconds: rules.exitDelaySeconds,
            activationSeconds: rules.activationSeconds,
            computeWindowSeconds: rules.computeWindowSeconds,
            timelockSeconds: rules.timelockSeconds,
            listReward: rules.listReward,
            listingBond: rules.listingBond,
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
    _checkField("dripSeconds", config.dripSeconds, 1 hours, 30 days);
    _checkField("exitDelaySeconds", config.exitDelaySeconds, 0, 30 days);
    _checkField("activationSeconds", config.activationSeconds, 0, 30 days);
    _checkField("computeWindowSeconds", config.computeWindowSeconds, 0, 13 days);
    _checkField("timelockSeconds", config.timelockSeconds, 0, 30 days);
    _checkField("listReward", config.listReward, 0, 100 * p0);
}

function _checkField(bytes32 field, uint256 value, uint256 min, uint256 max) pure {
    require(value >= min && value <= max, IMarkets.Markets_ConfigOutOfBounds(field, value, min, max));
}
