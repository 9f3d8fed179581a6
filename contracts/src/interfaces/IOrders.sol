// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId, OrderId} from "../types/Ids.sol";
import {Deal, Goods, Kind, Outcome, Receipt, Status, Verdict} from "../types/Order.sol";
import {Payment} from "../types/Payment.sol";

/// @notice One escrow for everything sold.
/// @dev An order is one storage slot: hash of what was agreed (208 bits) | deadline (40) | kind (4) | status (4). Every call
/// after `place` passes the agreed terms; no later change of price, split, policy or config reaches an order.
/// States: PLACED -> SETTLED (deliver) | FULFILLED or FAILED (fulfil) -> SETTLED (settle) | REFUNDED (refund, from PLACED only).
/// The deadline is fulfilBy while PLACED and the end of the window while FULFILLED or FAILED.
/// EIP-712 domain "Gristmill Orders" version "1"; types Quote(Deal deal,Goods goods), Receipt and
/// Acceptance(bytes32 orderId,bytes32 deliveryHash).
interface IOrders {
    /// @dev What the datatrust offered and signed.
    struct Quote {
        Deal deal;
        Goods goods;
        bytes signature; // of the datatrust's signer, ECDSA or ERC-1271
    }

    /// @dev An order to settle. `acceptance`: the buyer's signature over Acceptance, or empty to rely on the window.
    struct Settlement {
        Deal deal;
        bytes32 goodsHash;
        bytes32 deliveryHash;
        bytes acceptance;
    }

    /// @dev An order to refund.
    struct Refund {
        Deal deal;
        bytes32 goodsHash;
    }

    /// @notice Emitted with all terms, so that an order can be rebuilt from the chain alone.
    event OrderPlaced(
        OrderId indexed orderId,
        ListingId indexed listing,
        address indexed buyer,
        Deal deal,
        Goods goods
    );
    event OrderFulfilled(OrderId indexed orderId, bytes32 deliveryHash, Verdict verdict, uint40 settlesAfter);
    /// @notice Emitted when an order's money went out: the parts sum to the price.
    event OrderSettled(
        OrderId indexed orderId,
        uint256 toMaker,
        uint256 toOperator,
        uint256 toCurators,
        uint256 toReserve,
        uint256 toBuyer
    );
    event OrderRefunded(OrderId indexed orderId, uint256 amount);
    /// @notice Emitted when the curators' part of a listing was booked as the market's revenue.
    event Flushed(ListingId indexed listing, MarketId indexed market, uint256 amount);

    /// @notice Thrown when a deal names another value (`actual`) than the chain holds now (`expected`); quote again.
    /// @dev `field` is the name of the Deal's field in ASCII, left-aligned; numbers and addresses are right-aligned.
    error Orders_DealMismatch(bytes32 field, bytes32 expected, bytes32 actual);

    /// @notice Thrown when goods name other content, size, policy or metadata (`actual`) than the listing's `termsHash`.
    error Orders_GoodsMismatch(bytes32 termsHash, bytes32 actual);

    /// @notice Thrown when goods carry fields that their kind does not have, or lack one it needs.
    error Orders_BadGoods(Kind kind, bytes32 field);

    /// @notice Thrown when only the buyer may call.
    error Orders_NotBuyer(address buyer, address caller);

    /// @notice Thrown when only the datatrust's current signing address may call.
    error Orders_NotSigner(DatatrustId datatrust, address caller);

    /// @notice Thrown when a quote is not signed by the datatrust.
    error Orders_BadQuote(DatatrustId datatrust, bytes32 digest);

    /// @notice Thrown when a quote is placed after its placeBy.
    error Orders_QuoteExpired(uint40 placeBy);

    /// @notice Thrown when fulfilWithin is outside 10 minutes to 7 days, or placeBy more than 7 days ahead.
    error Orders_BadPeriod(uint256 value, uint256 min, uint256 max);

    /// @notice Thrown when a listing takes no orders now.
    error Orders_ListingClosed(ListingId listing, uint40 activeFrom, uint40 exitAt);

    /// @notice Thrown when a kind is not for sale.
    error Orders_NotOffered(ListingId listing, Kind kind);

    /// @notice Thrown when the datatrust's bond is below the market's minimum or in another asset.
    error Orders_BondTooLow(DatatrustId datatrust, uint256 bond, uint256 minBond);

    /// @notice Thrown when a buyer reuses a number for a listing.
    error Orders_Exists(OrderId orderId);

    /// @notice Thrown when an order is not in the state the call needs.
    error Orders_WrongStatus(OrderId orderId, Status status);

    /// @notice Thrown when terms passed to a call are not those agreed.
    error Orders_WrongTerms(OrderId orderId);

    /// @notice Thrown when a call is for the other kind of order.
    error Orders_WrongKind(OrderId orderId, Kind kind);

    /// @notice Thrown when a run released a model without the verdict OK, or none with it.
    error Orders_BadOutcome(OrderId orderId, Verdict verdict, bytes32 releasedHash);

    /// @notice Thrown when money is asked for before its time; `opensAfter` in Unix seconds.
    error Orders_TooEarly(OrderId orderId, uint40 opensAfter);

    /// @notice Thrown when an acceptance is not signed by the buyer.
    error Orders_BadAcceptance(OrderId orderId);

    /// @notice Thrown when a call carries nothing.
    error Orders_Empty();

    /// @notice Thrown by the constructor when another contract was built for another address.
    error Orders_WrongWiring(address expected, address actual);

    /// @notice Places an order: checks the quote against the chain in every field, escrows the price, caller is the buyer.
    /// @dev ACCESS goods have neither algorithm, parameters, runtime nor run; COMPUTE goods have the first three, and
    /// their deal the market's compute window. Every order names a recipient key.
    function place(Quote calldata quote, Payment calldata payment) external returns (OrderId orderId);

    /// @notice Places several orders of one asset, all or none, with one payment of the sum.
    function placeMany(Quote[] calldata quotes, Payment calldata payment) external returns (OrderId[] memory orderIds);

    /// @notice Marks a run done: verdict OK makes the whole price due, any other `failureBps` of it. An outcome has a
    /// `releasedHash` if and only if its verdict is OK. The order holds the hash of the Receipt that order, goods and
    /// outcome make: what was run on what can be no other than what was ordered.
    /// @dev Only the datatrust's current signing address. A fulfilment counts until somebody has refunded.
    function fulfil(Deal calldata deal, Goods calldata goods, Outcome calldata outcome) external;

    /// @notice Marks an access order delivered and settles it at once. Only the datatrust's current signing address.
    function deliver(Deal calldata deal, bytes32 goodsHash) external;

    /// @notice Pays out fulfilled orders, strictly after their window or with the buyer's Acceptance; anyone may.
    /// Neighbours with the same listing, market or payee are paid at once: a batch costs least sorted by listing. Per
    /// listing, so summed, the maker also earns from the bounty: the least of what is left of the listing's
    /// `listReward`, half of what the reserve just got, and what `Markets.reward` allows.
    /// @dev Skips orders already settled or refunded. An Acceptance of a FAILED order only saves the wait: failureBps stays due.
    function settle(Settlement[] calldata settlements) external;

    /// @notice Returns the price of orders not fulfilled, strictly after fulfilBy + 1 hour; anyone may, the buyer is credited.
    /// @dev Skips orders that are fulfilled, settled or refunded: a late fulfilment of one does not stop the others.
    function refund(Refund[] calldata refunds) external;

    /// @notice Books the curators' part that waits for a listing as its market's revenue; anyone may.
    function flush(ListingId listing) external returns (uint256 amount);

    /// @notice State of an order; NONE for an unknown one. `deadline` as described above.
    function statusOf(OrderId orderId) external view returns (Status status, Kind kind, uint40 deadline);

    /// @notice True if `account` has placed access order `n` of `listing` and it was not refunded.
    function hasAccess(ListingId listing, address account, uint256 n) external view returns (bool);

    /// @notice Id of order `n` of `buyer` for `listing`.
    function orderIdOf(ListingId listing, address buyer, uint256 n) external pure returns (OrderId);

    /// @notice EIP-712 struct hash of a deal, of goods, of a receipt.
    function hashDeal(Deal calldata deal) external pure returns (bytes32);
    function hashGoods(Goods calldata goods) external pure returns (bytes32);
    function hashReceipt(Receipt calldata receipt) external pure returns (bytes32);

    /// @notice What waits for a listing: the curators' part, and how much reward its sales have earned so far.
    function accrualOf(ListingId listing) external view returns (uint256 curators, uint256 rewarded);
}
