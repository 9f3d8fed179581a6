// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice Linear release of locked revenue. Amounts below 2^128, times in seconds below 2^40: products fit.
library Drip {
    /// @notice What `elapsedSeconds` of the `leftSeconds` until the end set free, rounded down.
    function released(uint256 locked, uint256 elapsedSeconds, uint256 leftSeconds) internal pure returns (uint256) {
        return elapsedSeconds >= leftSeconds ? locked : (locked * elapsedSeconds) / leftSeconds;
    }

    /// @notice Seconds until the end after `amount` joined with `periodSeconds` of its own: the mean weighted by amount.
    /// @dev Rounded down, so that dust cannot move the end away.
    function merged(
        uint256 locked,
        uint256 leftSeconds,
        uint256 amount,
        uint256 periodSeconds
    ) internal pure returns (uint256) {
        return (locked * leftSeconds + amount * periodSeconds) / (locked + amount);
    }
}
