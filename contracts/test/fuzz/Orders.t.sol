// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Parts, Split} from "../../src/libraries/Split.sol";
import {Deal, Kind, Status} from "../../src/types/Order.sol";
import {OrderSlot, OrderSlotLibrary} from "../../src/types/OrderSlot.sol";
import {bound, deploy} from "./support/Cheats.sol";
import {Trade} from "./support/Trade.sol";

/// @dev The numbers are those of the protocol's list of invariants.
contract OrdersInvariantsTest {
    Trade private _trade;

    function setUp() public {
        _trade = Trade(deploy("Trade", ""));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_trade);
    }

    /// @dev Who may wind down does so in the invariants only: no handler is called by it.
    function excludeSenders() external view returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(this);
    }

    function invariant_I2_OrdersHoldsExactlyWhatItOwes() external view {
        assert(_trade.balanceOf(address(_trade.orders())) == _trade.owedByOrders());
    }

    function invariant_I2_DatatrustsHoldsExactlyTheBonds() external view {
        assert(_trade.bondsAgree());
        assert(_trade.balanceOf(address(_trade.datatrusts())) == _trade.bonded() + _trade.unbonding());
    }

    function invariant_PendingIsWhatOrdersMayStillBring() external view {
        for (uint256 i = 0; i < 2; ++i) {
            assert(_trade.markets().reserveOf(_trade.ids(i)).pending == _trade.pendingOf(_trade.ids(i)));
        }
    }

    function invariant_I8_EverybodyHasTheirPartsToTheUnit() external view {
        address[] memory accounts = _trade.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) {
            assert(_trade.balanceOf(accounts[i]) == _trade.expectedOf(accounts[i]));
        }
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 curators, uint256 rewarded) = _trade.orders().accrualOf(_trade.listed(i));
            assert(curators == _trade.curatorsOf(_trade.listed(i)));
            assert(rewarded <= 2e6 && rewarded <= _trade.reserveShareOf(_trade.listed(i)) / 2);
        }
    }

    function invariant_I9_NoWordOfAnAdminMovesMoney() external view {
        assert(_trade.takenByAdmin() == 0);
    }

    /// @dev Runs on a copy of the state: what it does is forgotten.
    function invariant_I10_EverythingHasAWayOut() external {
        assert(_trade.jams() == 0);
        _trade.windDown();
        assert(_trade.balanceOf(address(_trade.orders())) == 0);
        assert(_trade.balanceOf(address(_trade.listings())) == 0);
        assert(_trade.balanceOf(address(_trade.datatrusts())) == 0);
        for (uint256 i = 0; i < 2; ++i) assert(_trade.markets().reserveOf(_trade.ids(i)).pending == 0);
    }

    function invariant_I11_EveryOrderEndsOnce() external view {
        assert(_trade.statesAgree());
        assert(_trade.trespasses() == 0);
    }

    function invariant_I12_OnlyFraudIsSlashedAndAlwaysIs() external view {
        assert(_trade.slashedUnjustly() == 0);
        assert(_trade.unpunished() == 0);
    }
}

contract SplitTest {
    function testFuzz_I8_PartsSumToThePrice(
        uint96 price,
        uint256 maker,
        uint256 operator,
        uint256 curators,
        uint256 failure
    ) external view {
        Deal memory sane;
        sane.price = price;
        sane.makerBps = uint16(bound(maker, 0, 10_000));
        sane.operatorBps = uint16(bound(operator, 0, 10_000 - sane.makerBps));
        sane.curatorsBps = uint16(bound(curators, 0, 10_000 - sane.makerBps - sane.operatorBps));
        sane.failureBps = uint16(bound(failure, 0, 10_000));
        (Parts memory inFull, Parts memory failed, uint256 pending) = this.split(sane);
        assert(inFull.buyer == 0 && _sum(inFull) == sane.price);
        assert(_sum(failed) == sane.price);
        assert(pending == inFull.curators + inFull.reserve && pending >= failed.curators + failed.reserve);
    }

    function split(Deal calldata deal) external pure returns (Parts memory, Parts memory, uint256) {
        return (Split.inFull(deal), Split.failed(deal), Split.pending(deal));
    }

    function _sum(Parts memory parts) private pure returns (uint256) {
        return parts.maker + parts.operator + parts.curators + parts.reserve + parts.buyer;
    }
}

contract OrderSlotTest {
    /// hardhat-config: default.fuzz.runs = 512
    function testFuzz_KeepsWhatItIsGiven(bytes32 hash, uint8 bit, uint40 until, bool isRun, uint8 seed) external pure {
        Kind kind = isRun ? Kind.COMPUTE : Kind.ACCESS;
        Status status = Status(seed % 8);
        OrderSlot slot = OrderSlotLibrary.pack(hash, until, kind, status);
        OrderSlot closed = slot.close(Status.REFUNDED);
        assert(slot.holds(hash) && closed.holds(hash));
        // Every one of the upper 208 bits counts, none of the others.
        assert(slot.holds(bytes32(uint256(hash) ^ (1 << bit))) == (bit < 48));
        assert(slot.deadline() == until && slot.kind() == kind && slot.status() == status);
        assert(closed.deadline() == until && closed.kind() == kind && closed.status() == Status.REFUNDED);
    }
}
