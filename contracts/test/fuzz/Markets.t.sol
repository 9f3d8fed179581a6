// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TestToken} from "../../src/test/TestToken.sol";
import {deploy} from "./support/Cheats.sol";
import {Handler} from "./support/Handler.sol";

/// @dev The numbers are those of the protocol's list of invariants.
contract MarketsInvariantsTest {
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;

    Handler private _handler;

    function setUp() public {
        _handler = Handler(deploy("Handler", ""));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_I1_VaultHoldsWhatItOwes() external view {
        TestToken[2] memory tokens = [_handler.token(), TestToken(_handler.feeToken())];
        for (uint256 i = 0; i < 2; ++i) {
            assert(tokens[i].balanceOf(address(_handler.vault())) >= _handler.owedByVault(tokens[i]));
        }
    }

    function invariant_I2_ModulesHoldWhatTheyOwe() external view {
        TestToken[2] memory tokens = [_handler.token(), TestToken(_handler.feeToken())];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 held = _handler.vault().balanceOf(address(_handler.markets()), uint160(address(tokens[i])));
            assert(held >= _handler.owedByMarkets(tokens[i]));
        }
        uint256 id = uint160(address(_handler.token()));
        uint256 heldForBonds = _handler.vault().balanceOf(address(_handler.datatrusts()), id);
        uint256 bonded = _handler.datatrusts().get(_handler.datatrust()).bond;
        assert(heldForBonds >= bonded + _handler.datatrusts().get(_handler.datatrust()).unbonding);
    }

    function invariant_I3_NavNeverFalls() external view {
        assert(_handler.navFell() == 0);
    }

    function invariant_I3_AFundNeverThinsTheClaimOnPendingSales() external view {
        assert(_handler.claimFell() == 0);
    }

    function invariant_I4_RoundTripsInOneBlockNeverProfit() external view {
        assert(_handler.roundTripsThatProfit() == 0);
    }

    function invariant_I5_NobodyBuysIntoASaleAtAProfit() external view {
        assert(_handler.salesThatWereBoughtInto() == 0);
    }

    function invariant_I5_SplittingGetsNoMore() external view {
        assert(_handler.splitsThatPaid() == 0);
    }

    function invariant_I6_RoundingFavoursTheReserve() external view {
        assert(_handler.bidFell() == 0);
        assert(_handler.notConserved() == 0);
    }

    function invariant_I7_TheDeadSeedStays() external view {
        for (uint256 i = 0; i < 3; ++i) {
            assert(_handler.shareOf(_handler.ids(i)).balanceOf(DEAD) == 1e18);
            assert(_handler.shareOf(_handler.ids(i)).totalSupply() >= 1e18);
        }
    }
}
