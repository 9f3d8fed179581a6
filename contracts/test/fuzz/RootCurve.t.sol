// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICurve} from "../../src/interfaces/ICurve.sol";
import {bound, deploy} from "./support/Cheats.sol";

contract RootCurveTest {
    ICurve private _curve = ICurve(deploy("RootCurve", ""));

    /// @dev The definition for one root, without it: (S + d)^2 * R <= S^2 * (R + x) < (S + d + 2)^2 * R.
    function testFuzz_IsNotAboveTheRealValue(uint256 amount, uint256 supply, uint256 reserve) external view {
        (amount, supply, reserve) = (
            bound(amount, 0, 2 ** 76),
            bound(supply, 1, 2 ** 76),
            bound(reserve, 2 ** 45, 2 ** 76)
        );
        uint256 total = supply + _shares(amount, supply, reserve, 1);
        assert(total ** 2 * reserve <= supply ** 2 * (reserve + amount));
        assert((total + 2) ** 2 * reserve > supply ** 2 * (reserve + amount));
    }

    /// @dev The same for two: (S + d)^4 * R^3 <= S^4 * (R + x)^3.
    function testFuzz_IsNotAboveTheRealValueOfTwoRoots(uint256 amount, uint256 supply, uint256 reserve) external view {
        (amount, supply, reserve) = (bound(amount, 0, 2 ** 31), bound(supply, 1, 2 ** 28), bound(reserve, 1, 2 ** 31));
        uint256 total = supply + _shares(amount, supply, reserve, 2);
        assert(total ** 4 * reserve ** 3 <= supply ** 4 * (reserve + amount) ** 3);
    }

    /// @dev I5, the reserve growing by what is paid.
    function testFuzz_SplittingGetsNoMore(
        uint256 first,
        uint256 second,
        uint256 supply,
        uint256 reserve,
        uint256 roots
    ) external view {
        (supply, reserve, roots) = (bound(supply, 1, 2 ** 104), bound(reserve, 1, 2 ** 112), bound(roots, 1, 16));
        (first, second) = (bound(first, 1, reserve * 2 ** 30), bound(second, 1, reserve * 2 ** 30));
        uint256 whole = _shares(first + second, supply, reserve, roots);
        uint256 part = _shares(first, supply, reserve, roots);
        assert(part + _shares(second, supply + part, reserve + first, roots) <= whole + _slack(supply + whole));
    }

    function testFuzz_MoreMoneyGetsNoFewerShares(
        uint256 amount,
        uint256 more,
        uint256 supply,
        uint256 reserve,
        uint256 roots
    ) external view {
        (supply, reserve, roots) = (bound(supply, 1, 2 ** 120), bound(reserve, 1, 2 ** 108), bound(roots, 1, 16));
        (amount, more) = (bound(amount, 0, reserve), bound(more, 0, reserve));
        assert(_shares(amount + more, supply, reserve, roots) >= _shares(amount, supply, reserve, roots));
    }

    /// @dev For one unit more, where a rounding would show first.
    function testFuzz_OneUnitMoreGetsNoFewerShares(uint256 amount, uint256 reserve, uint256 roots) external view {
        (reserve, roots) = (bound(reserve, 1, 2 ** 108), bound(roots, 1, 16));
        amount = bound(amount, 0, reserve);
        assert(_shares(amount + 1, 2 ** 120, reserve, roots) >= _shares(amount, 2 ** 120, reserve, roots));
    }

    /// @dev The whole is short of its real value by less than this, the parts are not above theirs.
    function _slack(uint256 total) private pure returns (uint256) {
        return 2 + total / 2 ** 111;
    }

    function _shares(uint256 amount, uint256 supply, uint256 reserve, uint256 roots) private view returns (uint256) {
        return _curve.sharesFor(amount, supply, reserve, 1e6, uint128(roots * 1e18));
    }
}
