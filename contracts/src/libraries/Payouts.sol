// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMarkets} from "../interfaces/IMarkets.sol";
import {IVault} from "../interfaces/IVault.sol";
import {ListingId, MarketId} from "../types/Ids.sol";

/// @dev What a batch of orders moves, summed in memory so that every balance and every market is written once.
/// Sums are found by going through them: cheap up to some thirty payees, and the caller pays for the batch.
struct Payouts {
    Credit[] credits;
    uint256 creditCount;
    Booking[] bookings;
    uint256 bookingCount;
    Sale[] sales;
    uint256 saleCount;
}

/// @dev Money of one payee, units of the asset's decimals.
struct Credit {
    address asset;
    address payee;
    uint256 amount;
}

/// @dev Effect on one market.
struct Booking {
    MarketId market;
    uint256 pendingUp;
    uint256 pendingDown;
    uint256 revenue;
}

/// @dev What the sales of one listing brought to curators and to the reserve.
struct Sale {
    ListingId listing;
    MarketId market;
    address maker;
    uint256 curators;
    uint256 reserve;
}

using PayoutsLibrary for Payouts global;

library PayoutsLibrary {
    function credit(Payouts memory self, address asset, address payee, uint256 amount) internal pure {
        if (amount == 0) return;
        uint256 count = self.creditCount;
        for (uint256 i; i < count; ++i) {
            Credit memory known = self.credits[i];
            if (known.payee == payee && known.asset == asset) {
                known.amount += amount;
                return;
            }
        }
        self.credits[count] = Credit({asset: asset, payee: payee, amount: amount});
        self.creditCount = count + 1;
    }

    function book(
        Payouts memory self,
        MarketId market,
        uint256 pendingUp,
        uint256 pendingDown,
        uint256 revenue
    ) internal pure {
        if (pendingUp | pendingDown | revenue == 0) return;
        uint256 count = self.bookingCount;
        for (uint256 i; i < count; ++i) {
            Booking memory known = self.bookings[i];
            if (known.market == market) {
                known.pendingUp += pendingUp;
                known.pendingDown += pendingDown;
                known.revenue += revenue;
                return;
            }
        }
        self.bookings[count] = Booking({
            market: market,
            pendingUp: pendingUp,
            pendingDown: pendingDown,
            revenue: revenue
        });
        self.bookingCount = count + 1;
    }

    function sell(
        Payouts memory self,
        ListingId listing,
        MarketId market,
        address maker,
        uint256 curators,
        uint256 reserve
    ) internal pure {
        if (curators | reserve == 0) return;
        uint256 count = self.saleCount;
        for (uint256 i; i < count; ++i) {
            Sale memory known = self.sales[i];
            if (known.listing == listing) {
                known.curators += curators;
                known.reserve += reserve;
                return;
            }
        }
        self.sales[count] = Sale({
            listing: listing,
            market: market,
            maker: maker,
            curators: curators,
            reserve: reserve
        });
        self.saleCount = count + 1;
    }

    /// @dev Moves the money out of the caller's Vault balance, then tells the markets.
    function push(Payouts memory self, IVault vault, IMarkets markets) internal {
        for (uint256 i; i < self.creditCount; ++i) {
            Credit memory due = self.credits[i];
            vault.transfer({receiver: due.payee, id: uint160(due.asset), amount: due.amount});
        }
        for (uint256 i; i < self.bookingCount; ++i) {
            Booking memory due = self.bookings[i];
            markets.book({
                market: due.market,
                pendingUp: due.pendingUp,
                pendingDown: due.pendingDown,
                revenue: due.revenue
            });
        }
    }
}

/// @dev Room for a batch of `size` orders: each pays at most maker, operator, buyer and its market.
function emptyPayouts(uint256 size) pure returns (Payouts memory payouts) {
    payouts.credits = new Credit[](4 * size);
    payouts.bookings = new Booking[](size);
    payouts.sales = new Sale[](size);
}
