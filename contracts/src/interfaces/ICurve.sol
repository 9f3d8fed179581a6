// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice How many shares a patron gets. A curve decides nothing else: what leaves a market is pro rata, whatever the curve says.
/// @dev A market gives its curve two numbers, p0 and k, within bounds that are the same for all curves. A curve that needs a
/// small whole number takes it as that many whole shares: k = number * 1e18.
interface ICurve {
    /// @notice Thrown when the inputs are outside of what the curve computes exactly.
    error Curve_OutOfRange(uint256 amount, uint256 supply);

    /// @notice Thrown when p0 or k mean nothing to the curve. Markets asks before it creates: no market has such a pair.
    error Curve_BadParameters(uint128 p0, uint128 k);

    /// @notice Shares for `amount`, rounded down.
    /// @param amount Units of the asset's decimals.
    /// @param supply Shares in existence, 18 decimals.
    /// @param reserve Unlocked plus locked reserve, units of the asset's decimals.
    /// @param p0 Price of the first share, asset units per 1e18 share units.
    /// @param k The curve's own parameter, 18 decimals; each curve says which.
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128 p0,
        uint128 k
    ) external pure returns (uint256 shares);
}
