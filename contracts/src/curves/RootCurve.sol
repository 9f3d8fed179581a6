// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICurve} from "../interfaces/ICurve.sol";
import {CurveMath} from "../libraries/CurveMath.sol";

/// @notice Bancor's curve with the reserve ratio F = 1 - 2^-n, as augmented bonding curves have it: the ask is R/(S*F).
/// k = n * 1e18 for n from 1 (F = 1/2) to 16. p0 prices the seed only.
/// @dev d = S*((R+x)/R)^F - S. With q = (R+x)/R that is S*q / q^(2^-n) - S: n square roots, each rounded up, and one division,
/// rounded down. Never above the real value, and below it by less than 1 + (S+d)*2^-111. Where all that is paid joins the
/// reserve, parts get no more than the whole. In a market only the principal does, and the ask is back at R/(S*F) after every
/// purchase: parts get more, up to what that ask gives.
contract RootCurve is ICurve {
    /// @dev Q112: as many binary digits behind the point as an amount has at most, so that a unit more money never gets less
    /// in a reserve of less than 2^110.
    uint256 private constant POINT = 112;
    uint256 private constant MAX_ROOTS = 16;

    /// @inheritdoc ICurve
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128 p0,
        uint128 k
    ) external pure returns (uint256 shares) {
        uint256 roots = k / CurveMath.ONE_SHARE;
        require(k % CurveMath.ONE_SHARE == 0 && roots != 0 && roots <= MAX_ROOTS, Curve_BadParameters(p0, k));
        (bool sumFits, uint256 grown) = Math.tryAdd(reserve, amount);
        (bool supplyFits, uint256 scaled) = Math.tryMul(supply, 1 << POINT);
        (bool growthFits, uint256 root) = _tryRoot(grown, reserve, roots);
        (bool divisorFits, uint256 divisor) = Math.tryMul(reserve, root);
        require(sumFits && supplyFits && growthFits && divisorFits, Curve_OutOfRange(amount, supply));
        // For less than 2^-112 of the reserve the root's rounding exceeds the growth.
        return Math.saturatingSub(Math.mulDiv(scaled, grown, divisor), supply);
    }

    /// @dev ceil(2^112 * (grown/reserve)^(2^-roots)), each root rounded up; false from a growth of 2^32 on.
    function _tryRoot(uint256 grown, uint256 reserve, uint256 roots) private pure returns (bool fits, uint256 root) {
        (fits, root) = CurveMath.tryMulDiv(grown, 1 << (2 * POINT), reserve);
        if (!fits) return (false, 0);
        uint256 remainder = mulmod(grown, 1 << (2 * POINT), reserve);
        (fits, root) = Math.tryAdd(root, Math.min(remainder, 1));
        root = Math.sqrt(root, Math.Rounding.Ceil);
        for (uint256 i = 1; i < roots; ++i) root = Math.sqrt(root << POINT, Math.Rounding.Ceil);
    }
}
