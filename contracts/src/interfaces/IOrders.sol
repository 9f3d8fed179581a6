// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId, OrderId} from "../types/Ids.sol";
import {Content} from "../types/Content.sol";
import {Evidence} from "../types/Evidence.sol";
import {Deal, Delivery, Goods, Kind, Outcome, Receipt, Status, Verdict} from "../types/Order.sol";
import {Payment} from "../types/Payment.sol";

/// @notice One escrow for everything sold.
/// @dev An order is one storage slot: hash of what was agreed (208 bits) | deadline (40) | kind (4) | status (4). Every call
/// after `place` passes the agreed terms; no later change of price, split, policy or config reaches an order.
/// States: PLACED -> SETTLED (deliver) | REVEALED (reveal, revealRun) | FULFILLED (fulfil) | REFUNDED (refund);
/// REVEALED -> SETTLED (settle) | REFUNDED (complain, contradict) | REVEALED_DISPUTED (dispute);
/// FULFILLED -> SETTLED (settle) | REFUNDED (contradict) | FULFILLED_DISPUTED (dispute); both disputed -> SETTLED (rule, settle) | REFUNDED (rule).
/// The deadline is fulfilBy while PLACED, the end of the window while REVEALED or FULFILLED, the last second in which the
/// arbiter may rule while disputed. complain, contradict, dispute and rule come at or before it, settle strictly after it.
/// The fair exchange follows FairSwap (Dziembowski, Eckey, Faust, CCS 2018): the buyer acknowledges what was streamed
/// before the key is revealed, and one wrong cell of it is proof. It says nothing about the quality of the data, nor
/// whether a run computed what it should: for the latter there is the arbiter.
/// EIP-712 domain "Gristmill Orders" version "1"; types Quote(Deal deal,Goods goods), Receipt,
/// Ack(bytes32 orderId,bytes32 contentRoot,uint64 sizeBytes,bytes32 cipherRoot) and
/// Acceptance(bytes32 orderId,bytes32 deliveryHash).
interface IOrders {
    /// @dev What the datatrust offered and signed.
    struct Quote {
        Deal deal;
        Goods goods;
        bytes signature; // of the datatrust's signer, ECDSA or ERC-1271
    }

    /// @dev An order to settle. `acceptance`: signature over Acceptance of the buyer or of the deal's ackKey, or empty to
    /// rely on the window.
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
    event OrderRevealed(OrderId indexed orderId, Delivery delivery, uint40 settlesAfter);
    event OrderFulfilled(OrderId indexed orderId, bytes32 deliveryHash, Verdict verdict, uint40 settlesAfter);
    /// @notice Emitted beside OrderRefunded. `compensation` went to the buyer and `burnt` to nobody, both from the bond.
    event ComplaintUpheld(OrderId indexed orderId, uint64 cell, uint256 compensation, uint256 burnt);
    /// @notice Emitted beside OrderRefunded: the datatrust signed another receipt than the order holds, with the struct hash
    /// `receiptHash`. `compensation` went to the buyer and `burnt` to nobody, both from the bond.
    event ContradictionProven(OrderId indexed orderId, bytes32 receiptHash, uint256 compensation, uint256 burnt);
    event OrderDisputed(OrderId indexed orderId, address indexed arbiter, uint40 lapsesAfter);
    event OrderRuled(OrderId indexed orderId, bool isUpheld);
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

    /// @notice Thrown when a deal names another value (`actual`) than the chain holds now (`expected`); quote again.
    /// @dev `field` is the name of the Deal's field in ASCII, left-aligned; numbers and addresses are right-aligned.
    error Orders_DealMismatch(bytes32 field, bytes32 expected, bytes32 actual);

    /// @notice Thrown when goods name another `actual` than the listing's `termsHash`, or content another than the goods.
    error Orders_GoodsMismatch(bytes32 termsHash, bytes32 actual);

    /// @notice Thrown when deal or goods carry a field that their kind does not have, or lack one it needs.
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

    /// @notice Thrown when a run released a model without the verdict OK, or none with it; or when the model of a reveal
    /// has no tree hash or no bytes.
    error Orders_BadOutcome(OrderId orderId, Verdict verdict, bytes32 released);

    /// @notice Thrown when access that the buyer did not order as direct is to be delivered without proof: reveal.
    error Orders_NotDirect(OrderId orderId);

    /// @notice Thrown when a revealed key is not the one whose hash was agreed.
    error Orders_BadKey(OrderId orderId, bytes32 keyHash, bytes32 actual);

    /// @notice Thrown when an Ack over exactly what is revealed is not signed by the deal's ackKey.
    error Orders_BadAck(OrderId orderId, bytes32 digest);

    /// @notice Thrown when a complaint shows a cell that is what was promised.
    error Orders_CellIsRight(OrderId orderId, uint64 cell);

    /// @notice Thrown when a receipt says of the run what the order's own says, or is of another order.
    error Orders_NoContradiction(OrderId orderId);

    /// @notice Thrown when a receipt is not signed by `signer`, or the datatrust does not answer for what that signed.
    error Orders_BadReceipt(OrderId orderId, address signer);

    /// @notice Thrown when a complaint, contradiction, dispute or ruling comes after its last second, `deadline` in Unix seconds.
    error Orders_TooLate(OrderId orderId, uint40 deadline);

    /// @notice Thrown when only the deal's arbiter may call.
    error Orders_NotArbiter(address arbiter, address caller);

    /// @notice Thrown when only Signals may call.
    error Orders_NotSignals(address caller);

    /// @notice Thrown when only Curation may call.
    error Orders_NotCuration(address caller);

    /// @notice Thrown when money is asked for before its time; `opensAfter` in Unix seconds.
    error Orders_TooEarly(OrderId orderId, uint40 opensAfter);

    /// @notice Thrown when an acceptance is signed neither by the buyer nor by the deal's ackKey.
    error Orders_BadAcceptance(OrderId orderId);

    /// @notice Thrown when a call carries nothing.
    error Orders_Empty();

    /// @notice Thrown by the constructor when another contract was built for another address.
    error Orders_WrongWiring(address expected, address actual);

    /// @notice Places an order: checks the quote against the chain in every field, escrows the price, caller is the buyer.
    /// @dev ACCESS has neither algorithm, parameters, runtime, run nor arbiter; COMPUTE has the first three, and the
    /// market's dispute window. With a key hash the exchange is fair: there is a session key and the market's compensation,
    /// and for ACCESS the complaint window. Access without one is direct: no session key, no window, and like every order
    /// without a key hash it names a recipient key. The arbiter is whomever buyer and datatrust agree on.
    function place(Quote calldata quote, Payment calldata payment) external returns (OrderId orderId);

    /// @notice Places several orders of one asset, all or none, with one payment of the sum.
    function placeMany(Quote[] calldata quotes, Payment calldata payment) external returns (OrderId[] memory orderIds);

    /// @notice Reveals the key of an access order whose buyer has acknowledged the ciphertext: the whole price is due
    /// after the window, unless somebody proves a wrong cell.
    /// @dev Only the datatrust's current signing address: else a buyer who sees the key in the mempool would reveal it with
    /// an Ack over rubbish. Counts until somebody has refunded. What is revealed is public: whoever recorded the
    /// ciphertext can read it from now on.
    /// @param content The listing's content, which `goods.termsHash` names.
    /// @param cipherRoot RFC 9162 tree hash over the encrypted cells. @param key Its keccak256 is `goods.keyHash`.
    /// @param ack Signature of the deal's ackKey over Ack{orderId, contentRoot, sizeBytes, cipherRoot}.
    function reveal(
        Deal calldata deal,
        Goods calldata goods,
        Content calldata content,
        bytes32 cipherRoot,
        bytes32 key,
        bytes calldata ack
    ) external;

    /// @notice As `reveal`, for the model that a run released: content is what `outcome` names as releasedRoot and
    /// releasedBytes, with a verdict OK.
    function revealRun(
        Deal calldata deal,
        Goods calldata goods,
        Outcome calldata outcome,
        bytes32 cipherRoot,
        bytes32 key,
        bytes calldata ack
    ) external;

    /// @notice Posts the Receipt of a run alone: `failureBps` of the price is due after the window, all of it with an
    /// Acceptance. An outcome has a `releasedHash` if and only if its verdict is OK. The order holds the hash of the
    /// Receipt that order, goods and outcome make: what was run on what can be no other than what was ordered.
    /// @dev Only the datatrust's current signing address. Counts until somebody has refunded.
    function fulfil(Deal calldata deal, bytes32 goodsHash, Outcome calldata outcome) external;

    /// @notice Marks a direct access order delivered and settles it at once. Only the datatrust's current signing address.
    function deliver(Deal calldata deal, bytes32 goodsHash) external;

    /// @notice Pays out what is due, strictly after the deadline, or all with an Acceptance; anyone may.
    /// Neighbours with the same listing, market or payee are paid at once: a batch costs least sorted by listing. Per
    /// listing, so summed, the maker also earns from the bounty: the least of what is left of the listing's
    /// `listReward`, half of what the reserve just got, and what `Markets.reward` allows.
    /// @dev Skips orders already settled or refunded. A dispute on which nobody ruled lapses: what was due is due.
    function settle(Settlement[] calldata settlements) external;

    /// @notice Returns the price of orders not fulfilled, strictly after fulfilBy + 1 hour; anyone may, the buyer is credited.
    /// @dev Skips orders that are fulfilled, settled or refunded: a late fulfilment of one does not stop the others.
    function refund(Refund[] calldata refunds) external;

    /// @notice Proves a wrong cell of a revealed order: the price returns to the buyer with min(compensation, price, half of
    /// the bond) of the datatrust's bond, of which min(price, what is then left) is burnt. Anyone may; the buyer is credited.
    /// @dev Burnt, so that complaining about oneself is no way out of a bond. Reverts as `Fair.isWrong` does, or with
    /// Orders_CellIsRight. A disputed order takes no complaint: cells are checked first.
    function complain(
        Deal calldata deal,
        bytes32 goodsHash,
        Delivery calldata delivery,
        Evidence calldata evidence
    ) external returns (uint256 compensation, uint256 burnt);

    /// @notice Proves that the datatrust signed two receipts of one run that cannot both be true: `other` is of this order,
    /// and of other goods, another raw output, or another model than `held`, which the order holds. The price returns to the
    /// buyer and the bond pays as for a wrong cell. Anyone may, until the window is over; the buyer is credited.
    /// @dev `provenanceHash`, `fuel` and a verdict alone contradict nothing: a datatrust that was restored from a backup may
    /// charge its ledger in another order, or its maker may decide again, and what the run computed is still the same.
    /// @param delivery What was revealed; anything for an order that holds a receipt alone.
    /// @param signer Signing address of the datatrust, present or former, by which `other` is signed.
    function contradict(
        Deal calldata deal,
        Delivery calldata delivery,
        Receipt calldata held,
        Receipt calldata other,
        address signer,
        bytes calldata signature
    ) external returns (uint256 compensation, uint256 burnt);

    /// @notice Contests a run; the deal's arbiter only, which opens disputes for the buyer on its own terms, and so that
    /// nobody can hold a price back for free. What is due then waits for a ruling, 14 days at most.
    function dispute(Deal calldata deal, bytes32 goodsHash, bytes32 deliveryHash) external;

    /// @notice Ends a dispute: upheld, the price returns to the buyer; else what was due is paid. The deal's arbiter only.
    function rule(Deal calldata deal, bytes32 goodsHash, bytes32 deliveryHash, bool isUpheld) external;

    /// @notice Moves the curators' part that waits for a listing to Signals, or books it as the market's revenue; Signals only.
    function takeCurators(ListingId listing, bool toReserve) external returns (uint256 amount);

    /// @notice Ends what a listing may earn from the bounty; Curation only.
    function forfeitReward(ListingId listing) external;

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

    /// @notice What waits for a listing: the curators' part, and how much of its reward is earned or forfeited so far.
    function accrualOf(ListingId listing) external view returns (uint256 curators, uint256 rewarded);

    /// @notice The contract that may take the curators' part.
    function SIGNALS() external view returns (address);

    /// @notice The contract that may end a listing's reward.
    function CURATION() external view returns (address);
}
