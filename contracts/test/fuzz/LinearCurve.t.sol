// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICurve} from "../../src/interfaces/ICurve.sol";
import {bound, deploy} from "./support/Cheats.sol";

contract LinearCurveTest {
    ICurve private _curve = ICurve(deploy("LinearCurve", ""));

    /// @dev The definition, without the square root: (A + d)^2 <= A^2 + 2*k*x*1e18/p0 < (A + d + 1)^2.
    function testFuzz_IsTheRootRoundedDown(uint256 amount, uint256 supply, uint256 p0, uint256 k) external view {
        (amount, supply) = (bound(amount, 0, 1e30), bound(supply, 0, 1e27));
        (p0, k) = (bound(p0, 1, 1e18), bound(k, 1e18, 1e27));
        uint256 base = k + supply;
        uint256 radicand = base * base + (2 * k * amount * 1e18) / p0;
        uint256 root = base + _curve.sharesFor(amount, supply, 0, uint128(p0), uint128(k));
        assert(root * root <= radicand);
        assert((root + 1) * (root + 1) > radicand);
    }

    /// @dev I5: two purchases never get more than one of the sum, but for rounding.
    function testFuzz_SplittingGetsNoMore(uint256 first, uint256 second, uint256 supply) external view {
        (first, second) = (bound(first, 1, 1e18), bound(second, 1, 1e18));
        supply = bound(supply, 0, 1e27);
        uint256 whole = _shares(first + second, supply);
        uint256 part = _shares(first, supply);
        assert(part + _shares(second, supply + part) <= whole + 2);
    }

    function testFuzz_MoreMoneyGetsNoFewerShares(uint256 amount, uint256 more, uint256 supply) external view {
        (amount, more) = (bound(amount, 0, 1e18), bound(more, 0, 1e18));
        supply = bound(supply, 0, 1e27);
        assert(_shares(amount + more, supply) >= _shares(amount, supply));
    }

    function _shares(uint256 amount, uint256 supply) private view returns (uint256) {
        return _curve.sharesFor(amount, supply, 0, 1e6, 1e24);
    }
}
