// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

enum Mood {
    ONE_SHARE,
    NOTHING,
    EVERYTHING,
    REVERT,
    BURN_GAS,
    EMPTY_ANSWER,
    HUGE_ANSWER
}

/// @notice Hostile: a curve that answers as it likes. It has the selector of ICurve, not its manners.
contract MoodyCurve {
    error Moody();

    Mood private _mood;

    function setMood(Mood mood) external {
        _mood = mood;
    }

    function sharesFor(uint256, uint256, uint256, uint128, uint128) external view returns (uint256) {
        Mood mood = _mood;
        if (mood == Mood.NOTHING) return 0;
        if (mood == Mood.EVERYTHING) return type(uint256).max;
        if (mood == Mood.REVERT) revert Moody();
        if (mood == Mood.BURN_GAS) {
            while (true) {}
        }
        if (mood == Mood.EMPTY_ANSWER) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        if (mood == Mood.HUGE_ANSWER) {
            assembly ("memory-safe") {
                return(0, 65536)
            }
        }
        return 1e18;
    }
}
