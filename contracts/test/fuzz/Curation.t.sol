// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ballot} from "./support/Ballot.sol";
import {deploy} from "./support/Cheats.sol";

/// @dev The numbers are those of the protocol's list of invariants.
contract CurationInvariantsTest {
    Ballot private _ballot;

    function setUp() public {
        _ballot = Ballot(deploy("Ballot", ""));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_ballot);
    }

    /// @dev Who may wind down does so in the invariants only: no handler is called by it.
    function excludeSenders() external view returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(this);
    }

    function invariant_I2_CurationHoldsExactlyWhatItOwes() external view {
        assert(_ballot.balanceOf(address(_ballot.curation())) == _ballot.owedByCuration());
    }

    function invariant_I2_SignalsHoldsWhatItOwes() external view {
        assert(_ballot.balanceOf(address(_ballot.signals())) >= _ballot.owedBySignals());
    }

    /// @dev Runs on a copy of the state: what it does is forgotten. Rounding leaves Signals less than a unit each time it
    /// divides.
    function invariant_I10_EverythingCuratedHasAWayOut() external {
        assert(_ballot.jams() == 0);
        _ballot.windDown();
        assert(_ballot.balanceOf(address(_ballot.curation())) == 0);
        assert(_ballot.balanceOf(address(_ballot.listings())) == 0);
        assert(_ballot.balanceOf(address(_ballot.orders())) == 0);
        assert(_ballot.balanceOf(address(_ballot.signals())) < 1_000);
    }

    function invariant_I13_VotesCountOnce() external view {
        assert(_ballot.trespasses() == 0);
        assert(_ballot.votesAgree());
    }

    function invariant_I13_EncumberedSharesNeverLeave() external view {
        assert(_ballot.isEncumbranceKept());
        assert(_ballot.signalsAgree());
    }

    function invariant_I13_NothingChangesAfterResolution() external view {
        assert(_ballot.resolvedAgain() == 0);
        assert(_ballot.resultsStay());
    }
}
