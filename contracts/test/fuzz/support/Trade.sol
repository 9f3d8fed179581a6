// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IListings} from "../../../src/interfaces/IListings.sol";
import {IOrders} from "../../../src/interfaces/IOrders.sol";
import {ListingId, MarketId, OrderId} from "../../../src/types/Ids.sol";
import {Deal, Goods, Kind, Outcome, Receipt, Status, Verdict} from "../../../src/types/Order.sol";
import {bound, CHEATS} from "./Cheats.sol";
import {Shop} from "./Shop.sol";
import {Stack} from "./Stack.sol";

/// @dev What anybody can do with orders. It keeps books of its own: what every order holds and what every account should have.
contract Trade is Shop {
    struct Book {
        Deal deal;
        Goods goods;
        bytes32 deliveryHash;
        Status status;
        uint256 dueAfter; // Unix seconds; of refund while PLACED, of settle while FULFILLED
    }

    uint256 private constant BPS = 10_000;
    uint256 private constant BATCH = 4;

    Book[] private _book;
    mapping(address account => int256 amount) private _change;
    mapping(address account => uint256 amount) private _start;
    mapping(ListingId listing => uint256 amount) public curatorsOf;
    mapping(ListingId listing => uint256 amount) public reserveShareOf;
    /// @dev Calls that succeeded and must not.
    uint256 public trespasses;
    /// @dev Calls that failed and must not.
    uint256 public jams;
    address private immutable OWNER = msg.sender;

    /// @param stack Has this contract for Signals and Curation.
    constructor(Stack stack) Shop(stack) {
        address[] memory all = accounts();
        for (uint256 i = 0; i < all.length; ++i) _start[all[i]] = balanceOf(all[i]);
    }

    modifier onTime() {
        CHEATS.warp(_clock);
        _;
    }

    function place(uint256 buyer, uint256 listing, bool isRun) external onTime {
        IOrders.Quote memory quote = _quote(_buyers[buyer % BUYERS_COUNT], listing, isRun, _book.length);
        CHEATS.prank(quote.deal.buyer);
        orders.place(quote, _vaultPayment());
        _placed(quote);
    }

    function placeMany(uint256 buyer, uint256[BATCH] calldata seeds) external onTime {
        IOrders.Quote[] memory quotes = new IOrders.Quote[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            quotes[i] = _quote(_buyers[buyer % BUYERS_COUNT], seeds[i] / 2, seeds[i] % 2 == 1, _book.length + i);
        }
        CHEATS.prank(quotes[0].deal.buyer);
        orders.placeMany(quotes, _vaultPayment());
        for (uint256 i = 0; i < BATCH; ++i) _placed(quotes[i]);
    }

    function fulfil(uint256 which, uint256 verdict) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which);
        bool isDue = entry.status == Status.PLACED && entry.deal.kind == Kind.COMPUTE;
        Receipt memory receipt = _receipt(entry, Verdict(verdict % 8));
        bytes32 deliveryHash = orders.hashReceipt(receipt);
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(address(_signer));
        try orders.fulfil(entry.deal, goodsHash, _outcomeOf(receipt)) {
            if (!isDue) ++trespasses;
            entry.status = Status.FULFILLED;
            entry.deliveryHash = deliveryHash;
            entry.dueAfter = _clock + entry.deal.window;
        } catch {
            if (isDue) ++jams;
        }
    }

    function deliver(uint256 which) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which);
        bool isDue = entry.status == Status.PLACED && entry.deal.kind == Kind.ACCESS;
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(address(_signer));
        try orders.deliver(entry.deal, goodsHash) {
            if (!isDue) ++trespasses;
            _settled(entry);
        } catch {
            if (isDue) ++jams;
        }
    }

    function settle(uint256[BATCH] calldata which) external onTime {
        if (_book.length == 0) return;
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](BATCH);
        bool areDue = true;
        for (uint256 i = 0; i < BATCH; ++i) {
            Book storage entry = _entry(which[i]);
            settlements[i] = _settlement(entry);
            areDue = areDue && (!_isOpen(entry) || (_isFulfilled(entry) && _clock > entry.dueAfter));
        }
        try orders.settle(settlements) {
            if (!areDue) ++trespasses;
            for (uint256 i = 0; i < BATCH; ++i) if (_isOpen(_entry(which[i]))) _settled(_entry(which[i]));
        } catch {
            if (areDue) ++jams;
        }
    }

    function refund(uint256[BATCH] calldata which) external onTime {
        if (_book.length == 0) return;
        IOrders.Refund[] memory refunds = new IOrders.Refund[](BATCH);
        bool areDue = true;
        for (uint256 i = 0; i < BATCH; ++i) {
            Book storage entry = _entry(which[i]);
            refunds[i] = _refund(entry);
            areDue = areDue && (entry.status != Status.PLACED || _clock > entry.dueAfter);
        }
        try orders.refund(refunds) {
            if (!areDue) ++trespasses;
            for (uint256 i = 0; i < BATCH; ++i) {
                if (_entry(which[i]).status == Status.PLACED) _refunded(_entry(which[i]));
            }
        } catch {
            if (areDue) ++jams;
        }
    }

    /// @dev Settles what has come due, one by one: random batches alone would seldom succeed.
    function settleDue() external onTime {
        for (uint256 i = 0; i < _book.length; ++i) {
            if (!_isFulfilled(_book[i]) || _clock <= _book[i].dueAfter) continue;
            _settleOne(_book[i]);
            _settled(_book[i]);
        }
    }

    /// @dev Refunds what may be refunded, one by one.
    function refundDue() external onTime {
        for (uint256 i = 0; i < _book.length; ++i) {
            if (_book[i].status != Status.PLACED || _clock <= _book[i].dueAfter) continue;
            _refundOne(_book[i]);
            _refunded(_book[i]);
        }
    }

    function flush(uint256 listing) external onTime {
        ListingId id = listed[listing % LISTINGS_COUNT];
        if (orders.takeCurators(id, true) != curatorsOf[id]) ++trespasses;
        curatorsOf[id] = 0;
    }

    function setPrices(uint256 listing, uint256 access, uint256 compute) external onTime {
        ListingId id = listed[listing % LISTINGS_COUNT];
        address maker = listings.get(id).maker;
        CHEATS.prank(maker);
        listings.setPrices(
            id,
            IListings.Prices({access: uint96(bound(access, 0, 1e12)), compute: uint96(bound(compute, 0, 1e12))})
        );
    }

    function setConfig(
        uint256 market,
        uint256 maker,
        uint256 operator,
        uint256 curators,
        uint256 fail
    ) external onTime {
        maker = bound(maker, 2_500, 8_000);
        curators = bound(curators, 0, 1_000);
        operator = bound(operator, 0, BPS - maker - curators > 5_000 ? 5_000 : BPS - maker - curators);
        markets.setConfig(ids[market % 2], _config(maker, operator, curators, bound(fail, 0, 3_000)));
    }

    function fund(uint256 market, uint256 amount) external onTime {
        amount = bound(amount, 1e6, 1e9);
        markets.fund(ids[market % 2], uint128(amount), 0, _clock, _vaultPayment());
        _change[address(this)] -= int256(amount);
    }

    function pass(uint256 elapsedSeconds) external {
        _clock += bound(elapsedSeconds, 1, 1 days);
        CHEATS.warp(_clock);
    }

    /// @dev Ends everything as anybody could, long after the last deadline. Not a move of the game.
    function windDown() external {
        if (msg.sender != OWNER) return;
        _clock += 60 days;
        CHEATS.warp(_clock);
        for (uint256 i = 0; i < _book.length; ++i) {
            if (_isFulfilled(_book[i])) _settleOne(_book[i]);
            if (_book[i].status == Status.PLACED) _refundOne(_book[i]);
        }
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) {
            orders.takeCurators(listed[i], true);
            address maker = listings.get(listed[i]).maker;
            CHEATS.prank(maker);
            listings.exit(listed[i]);
        }
        CHEATS.warp(_clock + 2 days);
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) listings.returnBond(listed[i]);
    }

    /// @dev What Orders holds for others: prices in escrow and what waits for curators.
    function owedByOrders() external view returns (uint256 sum) {
        for (uint256 i = 0; i < _book.length; ++i) if (_isOpen(_book[i])) sum += _book[i].deal.price;
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) sum += curatorsOf[listed[i]];
    }

    /// @dev What a market may still get from its orders.
    function pendingOf(MarketId market) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _book.length; ++i) {
            Deal storage deal = _book[i].deal;
            if (!_isOpen(_book[i]) || deal.market != market) continue;
            sum += deal.price - (deal.price * deal.makerBps) / BPS - (deal.price * deal.operatorBps) / BPS;
        }
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) {
            if (listings.get(listed[i]).market == market) sum += curatorsOf[listed[i]];
        }
    }

    /// @dev What an account should have. The makers' rewards are taken from the contract and bounded apart.
    function expectedOf(address account) external view returns (uint256) {
        int256 expected = int256(_start[account]) + _change[account];
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) {
            (, uint256 rewarded) = orders.accrualOf(listed[i]);
            if (listings.get(listed[i]).maker == account) expected += int256(rewarded);
        }
        return uint256(expected);
    }

    /// @dev True if contract and books agree about the state of every order.
    function statesAgree() external view returns (bool) {
        for (uint256 i = 0; i < _book.length; ++i) {
            Deal storage deal = _book[i].deal;
            (Status status, Kind kind, ) = orders.statusOf(orders.orderIdOf(deal.listing, deal.buyer, deal.n));
            if (status != _book[i].status || kind != deal.kind) return false;
        }
        return true;
    }

    /// @dev Everybody whose Vault balance orders may change, modules apart.
    function accounts() public view returns (address[] memory all) {
        all = new address[](BUYERS_COUNT + 4);
        for (uint256 i = 0; i < BUYERS_COUNT; ++i) all[i] = _buyers[i];
        (all[BUYERS_COUNT], all[BUYERS_COUNT + 1]) = (_makers[0], _makers[1]);
        (all[BUYERS_COUNT + 2], all[BUYERS_COUNT + 3]) = (_payout, address(this));
    }

    function _quote(
        address buyer,
        uint256 listing,
        bool isRun,
        uint256 n
    ) private view returns (IOrders.Quote memory quote) {
        Kind kind = isRun ? Kind.COMPUTE : Kind.ACCESS;
        (quote.deal, quote.goods) = _terms(listed[listing % LISTINGS_COUNT], buyer, n, kind);
    }

    function _placed(IOrders.Quote memory quote) private {
        Book storage entry = _book.push();
        entry.deal = quote.deal;
        entry.goods = quote.goods;
        entry.status = Status.PLACED;
        entry.dueAfter = _clock + quote.deal.fulfilWithin + 1 hours;
        _change[quote.deal.buyer] -= int256(quote.deal.price);
    }

    function _refunded(Book storage entry) private {
        entry.status = Status.REFUNDED;
        _change[entry.deal.buyer] += int256(entry.deal.price);
    }

    function _settled(Book storage entry) private {
        Deal storage deal = entry.deal;
        uint256 due = entry.status == Status.FULFILLED ? (deal.price * deal.failureBps) / BPS : deal.price;
        uint256 toMaker = (due * deal.makerBps) / BPS;
        uint256 toOperator = (due * deal.operatorBps) / BPS;
        uint256 toCurators = (due * deal.curatorsBps) / BPS;
        _change[deal.maker] += int256(toMaker);
        _change[deal.operator] += int256(toOperator);
        _change[deal.buyer] += int256(deal.price - due);
        curatorsOf[deal.listing] += toCurators;
        reserveShareOf[deal.listing] += due - toMaker - toOperator - toCurators;
        entry.status = Status.SETTLED;
    }

    function _settleOne(Book storage entry) private {
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](1);
        settlements[0] = _settlement(entry);
        orders.settle(settlements);
    }

    function _refundOne(Book storage entry) private {
        IOrders.Refund[] memory refunds = new IOrders.Refund[](1);
        refunds[0] = _refund(entry);
        orders.refund(refunds);
    }

    function _settlement(Book storage entry) private view returns (IOrders.Settlement memory) {
        return
            IOrders.Settlement({
                deal: entry.deal,
                goodsHash: orders.hashGoods(entry.goods),
                deliveryHash: entry.deliveryHash,
                acceptance: ""
            });
    }

    function _refund(Book storage entry) private view returns (IOrders.Refund memory) {
        return IOrders.Refund({deal: entry.deal, goodsHash: orders.hashGoods(entry.goods)});
    }

    function _outcomeOf(Receipt memory receipt) private pure returns (Outcome memory) {
        return
            Outcome({
                rawOutputHash: receipt.rawOutputHash,
                releasedHash: receipt.releasedHash,
                releasedRoot: receipt.releasedRoot,
                releasedBytes: receipt.releasedBytes,
                leakBits: receipt.leakBits,
                fuel: receipt.fuel,
                verdict: receipt.verdict
            });
    }

    function _receipt(Book storage entry, Verdict verdict) private view returns (Receipt memory receipt) {
        Deal storage deal = entry.deal;
        receipt.orderId = orders.orderIdOf(deal.listing, deal.buyer, deal.n);
        receipt.goodsHash = orders.hashGoods(entry.goods);
        receipt.releasedHash = verdict == Verdict.OK ? bytes32("model") : bytes32(0);
        receipt.verdict = verdict;
    }

    function _entry(uint256 which) private view returns (Book storage) {
        return _book[which % _book.length];
    }

    function _isFulfilled(Book storage entry) private view returns (bool) {
        return entry.status == Status.FULFILLED;
    }

    function _isOpen(Book storage entry) private view returns (bool) {
        return entry.status == Status.PLACED || _isFulfilled(entry);
    }
}
