// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

enum Mood {
    ONE_SHARE,
    NOTHING,
    EVERYTHING,
    REVERT,
    BURN_GAS,
    EMPTY_ANSWER,
    HUGE_ANSWER,
    SHORT_ANSWER,
    HUGE_REVERT,
    FLATTERS_QUOTES,
    REENTERS
}

/// @notice Hostile: a curve that answers as it likes. It has the selector of ICurve, not its manners.
contract MoodyCurve {
    error Moody();

    Mood private _mood;
    bytes private _reentry;

    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @dev What it calls its caller with when it reenters.
    function setReentry(bytes calldata reentry) external {
        _reentry = reentry;
    }

    function sharesFor(uint256, uint256, uint256, uint128, uint128) external returns (uint256) {
        Mood mood = _mood;
        if (mood == Mood.NOTHING) return 0;
        if (mood == Mood.EVERYTHING) return type(uint256).max;
        if (mood == Mood.REVERT) revert Moody();
        if (mood == Mood.BURN_GAS) {
            while (true) {}
        }
        if (mood == Mood.EMPTY_ANSWER) _answer(0);
        if (mood == Mood.SHORT_ANSWER) _answer(31);
        if (mood == Mood.HUGE_ANSWER) _answer(65536);
        if (mood == Mood.HUGE_REVERT) {
            assembly ("memory-safe") {
                revert(0, 65536)
            }
        }
        // A call that sends nothing pays no gas: it is a question.
        if (mood == Mood.FLATTERS_QUOTES && tx.gasprice == 0) return type(uint256).max;
        if (mood == Mood.REENTERS) {
            (bool entered, ) = msg.sender.call(_reentry);
            if (entered) return type(uint256).max;
        }
        return 1e18;
    }

    function _answer(uint256 sizeBytes) private pure {
        assembly ("memory-safe") {
            mstore(0, not(0))
            return(0, sizeBytes)
        }
    }
}
