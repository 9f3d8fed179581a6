// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice How many shares a patron gets. A curve decides nothing else: what leaves a market is pro rata, whatever the curve says.
interface ICurve {
    /// @notice Thrown when the inputs are outside of what the curve computes exactly.
    error Curve_OutOfRange(uint256 amount, uint256 supply);

    /// @notice Shares for `amount`, rounded down.
    /// @param amount Units of the asset's decimals.
    /// @param supply Shares in existence, 18 decimals.
    /// @param reserve Unlocked plus locked reserve, units of the asset's decimals.
    /// @param p0 Price of the first share, asset units per 1e18 share units.
    /// @param k Shares over which the ask rises by p0, 18 decimals.
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128 p0,
        uint128 k
    ) external pure returns (uint256 shares);
}
