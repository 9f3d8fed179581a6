// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Exact 512-bit products, and what to do when their quotient has no room in 256 bits.
library CurveMath {
    /// @dev One share, 18 decimals.
    uint256 internal constant ONE_SHARE = 1e18;

    /// @notice floor(a * b / c); false if c is zero or the result has more than 256 bits.
    function tryMulDiv(uint256 a, uint256 b, uint256 c) internal pure returns (bool fits, uint256 result) {
        (uint256 high, ) = Math.mul512(a, b);
        if (high >= c) return (false, 0);
        return (true, Math.mulDiv(a, b, c));
    }
}
