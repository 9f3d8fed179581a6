// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICurve} from "../interfaces/ICurve.sol";
import {CurveMath} from "../libraries/CurveMath.sol";

/// @notice The ask is what a share is worth, R/S: of a market's two limits on a purchase, the spread over NAV always binds.
/// p0 prices the seed only, k means nothing.
/// @dev d = floor(x*S/R), the curve of The Graph's L2Curation.
contract FlatCurve is ICurve {
    /// @inheritdoc ICurve
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128,
        uint128
    ) external pure returns (uint256 shares) {
        bool fits;
        (fits, shares) = CurveMath.tryMulDiv(amount, supply, reserve);
        require(fits, Curve_OutOfRange(amount, supply));
    }
}
