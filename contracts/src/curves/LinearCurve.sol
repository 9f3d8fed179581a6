// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICurve} from "../interfaces/ICurve.sol";
import {CurveMath} from "../libraries/CurveMath.sol";

/// @notice The ask rises linearly with the supply: p0 * (1 + S/k). k is the shares over which it rises by p0, 18 decimals.
/// @dev d = isqrt((k+S)^2 + 2*k*x*1e18/p0) - (k+S), exact: rounded down once, at the end.
contract LinearCurve is ICurve {
    /// @inheritdoc ICurve
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256,
        uint128 p0,
        uint128 k
    ) external pure returns (uint256 shares) {
        (bool sumFits, uint256 base) = Math.tryAdd(k, supply);
        (bool squareFits, uint256 square) = Math.tryMul(base, base);
        (bool productFits, uint256 product) = Math.tryMul(amount, 2 * uint256(k));
        (bool quotientFits, uint256 quotient) = CurveMath.tryMulDiv(product, CurveMath.ONE_SHARE, p0);
        (bool radicandFits, uint256 radicand) = Math.tryAdd(square, quotient);
        require(sumFits && squareFits && productFits && quotientFits && radicandFits, Curve_OutOfRange(amount, supply));
        return Math.sqrt(radicand) - base;
    }
}
