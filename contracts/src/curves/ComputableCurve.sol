// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICurve} from "../interfaces/ICurve.sol";
import {CurveMath} from "../libraries/CurveMath.sol";

/// @notice Computable's Reserve: every purchase pays the price of the state before it, so one large purchase gets more than its
/// parts. A market adds its spread over NAV. For assets of 18 decimals: a price counts 1e9 share units.
/// p0 = floor * 1e9, k = spread * 1e18 with a spread in whole percent from 100 on.
/// @dev p = floor + floor(spread*R*1e9 / (100*max(S, 1e18))); d = floor(x/p)*1e9.
contract ComputableCurve is ICurve {
    uint256 private constant LOT = 1e9;
    uint256 private constant PERCENT = 100;

    /// @inheritdoc ICurve
    function sharesFor(
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128 p0,
        uint128 k
    ) external pure returns (uint256 shares) {
        uint256 spread = k / CurveMath.ONE_SHARE;
        require(
            p0 != 0 && p0 % LOT == 0 && k % CurveMath.ONE_SHARE == 0 && spread >= PERCENT,
            Curve_BadParameters(p0, k)
        );
        (bool supplyFits, uint256 divisor) = Math.tryMul(PERCENT, Math.max(supply, CurveMath.ONE_SHARE));
        (bool worthFits, uint256 worth) = CurveMath.tryMulDiv(reserve, spread * LOT, divisor);
        (bool priceFits, uint256 price) = Math.tryAdd(p0 / LOT, worth);
        require(supplyFits && worthFits && priceFits, Curve_OutOfRange(amount, supply));
        bool lotsFit;
        (lotsFit, shares) = Math.tryMul(amount / price, LOT);
        require(lotsFit, Curve_OutOfRange(amount, supply));
    }
}
