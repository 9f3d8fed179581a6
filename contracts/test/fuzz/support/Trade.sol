// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDatatrusts} from "../../../src/interfaces/IDatatrusts.sol";
import {IListings} from "../../../src/interfaces/IListings.sol";
import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {IOrders} from "../../../src/interfaces/IOrders.sol";
import {ListingId, MarketId, OrderId} from "../../../src/types/Ids.sol";
import {Deal, Delivery, Goods, Kind, Outcome, Receipt, Status, Verdict} from "../../../src/types/Order.sol";
import {bound, CHEATS} from "./Cheats.sol";
import {Shop} from "./Shop.sol";

/// @dev What anybody can do with orders. It keeps books of its own: what every order holds, what every account should have
/// and what is left of the datatrust's bond.
contract Trade is Shop {
    struct Book {
        Deal deal;
        Goods goods;
        Delivery delivery; // of what was revealed
        Receipt receipt; // of a run that has ended
        bytes32 deliveryHash;
        Status status;
        uint256 deadline; // Unix seconds; of refund while PLACED, else of the window or the ruling
        bool isWrong; // the one cell of the parcel is another than was promised
    }

    uint256 private constant BATCH = 4;
    uint256 private constant ACK_SECRET = 0xACC;
    address private constant ARBITER = address(0xA4B);
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;
    bytes32 private constant ACK_TYPEHASH = keccak256(
        "Ack(bytes32 orderId,bytes32 contentRoot,uint64 sizeBytes,bytes32 cipherRoot)"
    );
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256("Acceptance(bytes32 orderId,bytes32 deliveryHash)");
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    Book[] private _book;
    mapping(address account => int256 amount) private _change;
    mapping(address account => uint256 amount) private _start;
    mapping(ListingId listing => uint256 amount) public curatorsOf;
    mapping(ListingId listing => uint256 amount) public reserveShareOf;
    uint256 public bonded = MIN_BOND;
    uint256 public unbonding;
    /// @dev Calls that succeeded and must not.
    uint256 public trespasses;
    /// @dev Calls that failed and must not.
    uint256 public jams;
    /// @dev Correct deliveries about which a complaint was upheld, and wrong ones about which it was not; likewise receipts.
    uint256 public slashedUnjustly;
    uint256 public unpunished;
    /// @dev Words of the admin that moved money.
    uint256 public takenByAdmin;
    address private immutable OWNER = msg.sender;

    constructor() {
        address[] memory all = accounts();
        for (uint256 i = 0; i < all.length; ++i) _start[all[i]] = balanceOf(all[i]);
    }

    modifier onTime() {
        CHEATS.warp(_clock);
        _;
    }

    /// @param sort Its bits: a run; by the fair exchange; acknowledged by a contract; with an arbiter.
    function place(uint256 buyer, uint256 listing, uint256 sort) external onTime {
        _topUp();
        IOrders.Quote memory quote = _quote(_buyers[buyer % BUYERS_COUNT], listing, sort, _book.length);
        CHEATS.prank(quote.deal.buyer);
        orders.place(quote, _vaultPayment());
        _placed(quote);
    }

    function placeMany(uint256 buyer, uint256[BATCH] calldata seeds) external onTime {
        _topUp();
        IOrders.Quote[] memory quotes = new IOrders.Quote[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            quotes[i] = _quote(_buyers[buyer % BUYERS_COUNT], seeds[i] / 16, seeds[i] % 16, _book.length + i);
        }
        CHEATS.prank(quotes[0].deal.buyer);
        orders.placeMany(quotes, _vaultPayment());
        for (uint256 i = 0; i < BATCH; ++i) _placed(quotes[i]);
    }

    function reveal(uint256 which, bool isWrong) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.PLACED);
        bool isDue = entry.status == Status.PLACED && entry.goods.keyHash != 0;
        bool isRun = entry.deal.kind == Kind.COMPUTE;
        Receipt memory receipt = _receipt(entry, Verdict.OK);
        (receipt.releasedRoot, receipt.releasedBytes) = (CONTENT_ROOT, SIZE_BYTES);
        Delivery memory delivery = Delivery({
            contentRoot: CONTENT_ROOT,
            sizeBytes: SIZE_BYTES,
            cipherRoot: isWrong ? WRONG_ROOT : RIGHT_ROOT,
            key: KEY,
            receiptHash: isRun ? orders.hashReceipt(receipt) : bytes32(0)
        });
        if (_reveals(entry, receipt, delivery)) {
            if (!isDue) ++trespasses;
            entry.delivery = delivery;
            entry.receipt = receipt;
            entry.isWrong = isWrong;
            _hold(entry, Status.REVEALED, keccak256(abi.encode(delivery)));
        } else if (isDue) ++jams;
    }

    function fulfil(uint256 which, uint256 verdict) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.PLACED);
        bool isDue = entry.status == Status.PLACED && entry.deal.kind == Kind.COMPUTE;
        Receipt memory receipt = _receipt(entry, Verdict(verdict % 8));
        bytes32 deliveryHash = orders.hashReceipt(receipt);
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(address(_signer));
        try orders.fulfil(entry.deal, goodsHash, _outcomeOf(receipt)) {
            if (!isDue) ++trespasses;
            entry.receipt = receipt;
            _hold(entry, Status.FULFILLED, deliveryHash);
        } catch {
            if (isDue) ++jams;
        }
    }

    function deliver(uint256 which) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.PLACED);
        Deal storage deal = entry.deal;
        bool isDue = entry.status == Status.PLACED && deal.kind == Kind.ACCESS && deal.ackKey == address(0);
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(address(_signer));
        try orders.deliver(deal, goodsHash) {
            if (!isDue) ++trespasses;
            _settled(entry, deal.price);
        } catch {
            if (isDue) ++jams;
        }
    }

    function settle(uint256[BATCH] calldata which) external onTime {
        if (_book.length == 0) return;
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](BATCH);
        uint256[BATCH] memory found = _findEach(which, Status.REVEALED);
        bool areDue = true;
        for (uint256 i = 0; i < BATCH; ++i) {
            Book storage entry = _book[found[i]];
            settlements[i] = _settlement(entry, "");
            areDue = areDue && (!_isOpen(entry) || (_isHeld(entry) && _clock > entry.deadline));
        }
        try orders.settle(settlements) {
            if (!areDue) ++trespasses;
            for (uint256 i = 0; i < BATCH; ++i) {
                Book storage entry = _book[found[i]];
                if (_isOpen(entry)) _settled(entry, _dueOf(entry));
            }
        } catch {
            if (areDue) ++jams;
        }
    }

    /// @dev With an Acceptance by the session key: in full, and at once.
    function accept(uint256 which) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.FULFILLED);
        bool isDue = _isHeld(entry) && entry.deal.ackKey != address(0);
        bool isNothing = entry.status == Status.SETTLED || entry.status == Status.REFUNDED;
        bytes32 acceptance = keccak256(abi.encode(ACCEPTANCE_TYPEHASH, _idOf(entry), entry.deliveryHash));
        bytes memory signature = _signed(entry.deal.ackKey, acceptance);
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](1);
        settlements[0] = _settlement(entry, signature);
        // Where it changes nothing any more the contract does not look at it.
        bool isOver = _isHeld(entry) && _clock > entry.deadline && _dueOf(entry) == entry.deal.price;
        try orders.settle(settlements) {
            if (isNothing) return;
            if (!isDue && !isOver) ++trespasses;
            _settled(entry, entry.deal.price);
        } catch {
            if (isDue) ++jams;
        }
    }

    function refund(uint256[BATCH] calldata which) external onTime {
        if (_book.length == 0) return;
        IOrders.Refund[] memory refunds = new IOrders.Refund[](BATCH);
        uint256[BATCH] memory found = _findEach(which, Status.PLACED);
        bool areDue = true;
        for (uint256 i = 0; i < BATCH; ++i) {
            Book storage entry = _book[found[i]];
            refunds[i] = _refund(entry);
            areDue = areDue && (entry.status != Status.PLACED || _clock > entry.deadline);
        }
        try orders.refund(refunds) {
            if (!areDue) ++trespasses;
            for (uint256 i = 0; i < BATCH; ++i) {
                Book storage entry = _book[found[i]];
                if (entry.status == Status.PLACED) _refunded(entry);
            }
        } catch {
            if (areDue) ++jams;
        }
    }

    /// @dev Shows the one cell of a parcel, whether it is right or wrong.
    function complain(uint256 which) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.REVEALED);
        bool isInTime = entry.status == Status.REVEALED && _clock <= entry.deadline;
        bool isDue = isInTime && entry.isWrong;
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        try orders.complain(entry.deal, goodsHash, entry.delivery, _evidence(entry.isWrong)) returns (
            uint256 compensation,
            uint256 burnt
        ) {
            if (!entry.isWrong) ++slashedUnjustly;
            if (!isDue) ++trespasses;
            _slashed(entry, compensation, burnt);
            _refunded(entry);
        } catch {
            if (isDue) ++unpunished;
        }
    }

    /// @dev Shows a second receipt, which the datatrust has signed, as it signs whatever it is asked.
    /// @param sort What the second receipt says otherwise; with 0 and 1 nothing that the first one contradicts.
    function contradict(uint256 which, uint256 sort) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, sort & 8 == 8 ? Status.REVEALED : Status.FULFILLED);
        Receipt memory other = entry.receipt;
        bool isWrong = sort % 4 > 1 && entry.deal.kind == Kind.COMPUTE;
        if (sort % 4 == 1) other.provenanceHash = "other";
        if (sort % 4 == 2) other.rawOutputHash = "other";
        if (sort % 4 == 3) other.goodsHash = "other";
        bool isHeld = entry.status == Status.REVEALED || entry.status == Status.FULFILLED;
        bool isDue = isHeld && _clock <= entry.deadline && isWrong;
        try orders.contradict(entry.deal, entry.delivery, entry.receipt, other, address(_signer), "stamp") returns (
            uint256 compensation,
            uint256 burnt
        ) {
            if (!isWrong) ++slashedUnjustly;
            if (!isDue) ++trespasses;
            _slashed(entry, compensation, burnt);
            _refunded(entry);
        } catch {
            if (isDue) ++unpunished;
        }
    }

    function dispute(uint256 which) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.FULFILLED);
        bool isFulfilled = entry.status == Status.FULFILLED;
        bool isDue =
            (isFulfilled || entry.status == Status.REVEALED) &&
                entry.deal.arbiter == ARBITER &&
                _clock <= entry.deadline;
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(ARBITER);
        try orders.dispute(entry.deal, goodsHash, entry.deliveryHash) {
            if (!isDue) ++trespasses;
            entry.status = isFulfilled ? Status.FULFILLED_DISPUTED : Status.REVEALED_DISPUTED;
            entry.deadline = _clock + 14 days;
        } catch {
            if (isDue) ++jams;
        }
    }

    function rule(uint256 which, bool isUpheld) external onTime {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.FULFILLED_DISPUTED);
        bool isDisputed = entry.status == Status.REVEALED_DISPUTED || entry.status == Status.FULFILLED_DISPUTED;
        bool isDue = isDisputed && _clock <= entry.deadline;
        bytes32 goodsHash = orders.hashGoods(entry.goods);
        CHEATS.prank(ARBITER);
        try orders.rule(entry.deal, goodsHash, entry.deliveryHash, isUpheld) {
            if (!isDue) ++trespasses;
            if (isUpheld) _refunded(entry);
            else _settled(entry, _dueOf(entry));
        } catch {
            if (isDue) ++jams;
        }
    }

    /// @dev Settles what has come due, one by one: random batches alone would seldom succeed.
    function settleDue() external onTime {
        for (uint256 i = 0; i < _book.length; ++i) {
            if (!_isHeld(_book[i]) || _clock <= _book[i].deadline) continue;
            _settleOne(_book[i]);
            _settled(_book[i], _dueOf(_book[i]));
        }
    }

    /// @dev Refunds what may be refunded, one by one.
    function refundDue() external onTime {
        for (uint256 i = 0; i < _book.length; ++i) {
            if (_book[i].status != Status.PLACED || _clock <= _book[i].deadline) continue;
            _refundOne(_book[i]);
            _refunded(_book[i]);
        }
    }

    function bond(uint256 amount) external onTime {
        _bond(bound(amount, 1, 1e10));
    }

    function unbond(uint256 amount) external onTime {
        if (bonded == 0) return;
        amount = bound(amount, 1, bonded);
        datatrusts.unbond(_datatrust, uint128(amount));
        bonded -= amount;
        unbonding += amount;
    }

    function withdrawBond() external onTime {
        uint256 unbondedAt = datatrusts.get(_datatrust).unbondedAt;
        if (unbonding == 0 || _clock <= unbondedAt) return;
        datatrusts.withdrawBond(_datatrust, address(this));
        _change[address(this)] += int256(unbonding);
        unbonding = 0;
    }

    function flush() external onTime {
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) {
            if (signals.flush(listed[i]) != curatorsOf[listed[i]]) ++trespasses;
            curatorsOf[listed[i]] = 0;
        }
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
        bytes32 earlier = _wealth();
        markets.setConfig(ids[market % 2], _config(maker, operator, curators, bound(fail, 0, 3_000)));
        markets.setAdmission(ids[market % 2], _datatrust, fail % 2 == 0);
        if (_wealth() != earlier) ++takenByAdmin;
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

    /// @dev On to the last second in which a revealed order may be complained about: random steps seldom meet it.
    function passToDeadline(uint256 which) external {
        if (_book.length == 0) return;
        Book storage entry = _entry(which, Status.REVEALED);
        if (entry.status != Status.REVEALED || entry.deadline <= _clock) return;
        _clock = entry.deadline;
        CHEATS.warp(_clock);
    }

    /// @dev Ends everything as anybody could, long after the last deadline. Not a move of the game.
    function windDown() external {
        if (msg.sender != OWNER) return;
        _clock += 60 days;
        CHEATS.warp(_clock);
        for (uint256 i = 0; i < _book.length; ++i) {
            if (_isHeld(_book[i])) _settleOne(_book[i]);
            if (_book[i].status == Status.PLACED) _refundOne(_book[i]);
        }
        if (bonded != 0) datatrusts.unbond(_datatrust, uint128(bonded));
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) {
            signals.flush(listed[i]);
            address maker = listings.get(listed[i]).maker;
            CHEATS.prank(maker);
            listings.exit(listed[i]);
        }
        CHEATS.warp(_clock + 22 days);
        if (bonded + unbonding != 0) datatrusts.withdrawBond(_datatrust, address(this));
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
            if (!_isOpen(_book[i]) || !(deal.market == market)) continue;
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
            (Status status, Kind kind, ) = orders.statusOf(_idOf(_book[i]));
            if (status != _book[i].status || kind != _book[i].deal.kind) return false;
        }
        return true;
    }

    /// @dev True if contract and books agree about what is left of the bond.
    function bondsAgree() external view returns (bool) {
        IDatatrusts.Datatrust memory record = datatrusts.get(_datatrust);
        return record.bond == bonded && record.unbonding == unbonding;
    }

    /// @dev Everybody whose Vault balance orders may change, modules apart.
    function accounts() public view returns (address[] memory all) {
        all = new address[](BUYERS_COUNT + 5);
        for (uint256 i = 0; i < BUYERS_COUNT; ++i) all[i] = _buyers[i];
        (all[BUYERS_COUNT], all[BUYERS_COUNT + 1]) = (_makers[0], _makers[1]);
        (all[BUYERS_COUNT + 2], all[BUYERS_COUNT + 3], all[BUYERS_COUNT + 4]) = (_payout, address(this), DEAD);
    }

    function _quote(
        address buyer,
        uint256 listing,
        uint256 sort,
        uint256 n
    ) private view returns (IOrders.Quote memory quote) {
        Kind kind = sort & 1 == 1 ? Kind.COMPUTE : Kind.ACCESS;
        address ackKey = sort & 4 == 4 ? address(_signer) : CHEATS.addr(ACK_SECRET);
        if (sort & 2 == 0) ackKey = address(0);
        (quote.deal, quote.goods) = _terms(listed[listing % LISTINGS_COUNT], buyer, n, kind, ackKey);
        if (kind == Kind.COMPUTE && sort & 8 == 8) quote.deal.arbiter = ARBITER;
    }

    function _reveals(Book storage entry, Receipt memory receipt, Delivery memory delivery) private returns (bool) {
        bytes32 ackHash = keccak256(
            abi.encode(ACK_TYPEHASH, _idOf(entry), CONTENT_ROOT, SIZE_BYTES, delivery.cipherRoot)
        );
        bytes memory ack = _signed(entry.deal.ackKey, ackHash);
        CHEATS.prank(address(_signer));
        if (entry.deal.kind == Kind.ACCESS) {
            try orders.reveal(entry.deal, entry.goods, _content(), delivery.cipherRoot, KEY, ack) {
                return true;
            } catch {
                return false;
            }
        }
        Outcome memory outcome = _outcomeOf(receipt);
        try orders.revealRun(entry.deal, entry.goods, outcome, delivery.cipherRoot, KEY, ack) {
            return true;
        } catch {
            return false;
        }
    }

    function _placed(IOrders.Quote memory quote) private {
        Book storage entry = _book.push();
        entry.deal = quote.deal;
        entry.goods = quote.goods;
        entry.status = Status.PLACED;
        entry.deadline = _clock + quote.deal.fulfilWithin + 1 hours;
        _change[quote.deal.buyer] -= int256(quote.deal.price);
    }

    function _hold(Book storage entry, Status status, bytes32 deliveryHash) private {
        entry.status = status;
        entry.deliveryHash = deliveryHash;
        entry.deadline = _clock + entry.deal.window;
    }

    function _refunded(Book storage entry) private {
        entry.status = Status.REFUNDED;
        _change[entry.deal.buyer] += int256(entry.deal.price);
    }

    function _settled(Book storage entry, uint256 due) private {
        Deal storage deal = entry.deal;
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

    /// @dev At most half of what is left goes to the buyer, the price is burnt; what is unbonding is taken last.
    function _slashed(Book storage entry, uint256 compensation, uint256 burnt) private {
        Deal storage deal = entry.deal;
        uint256 left = bonded + unbonding;
        uint256 due = _min(_min(deal.compensation, deal.price), left / 2);
        if (compensation != due || burnt != _min(deal.price, left - due)) ++trespasses;
        uint256 taken = compensation + burnt;
        uint256 fromBond = _min(taken, bonded);
        bonded -= fromBond;
        unbonding -= taken - fromBond;
        _change[deal.buyer] += int256(compensation);
        _change[DEAD] += int256(burnt);
    }

    function _topUp() private {
        if (bonded < MIN_BOND) _bond(MIN_BOND - bonded);
    }

    function _bond(uint256 amount) private {
        datatrusts.bond(_datatrust, uint128(amount), _vaultPayment());
        _change[address(this)] -= int256(amount);
        bonded += amount;
    }

    function _settleOne(Book storage entry) private {
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](1);
        settlements[0] = _settlement(entry, "");
        orders.settle(settlements);
    }

    function _refundOne(Book storage entry) private {
        IOrders.Refund[] memory refunds = new IOrders.Refund[](1);
        refunds[0] = _refund(entry);
        orders.refund(refunds);
    }

    function _settlement(Book storage entry, bytes memory acceptance) private view returns (IOrders.Settlement memory) {
        return
            IOrders.Settlement({
                deal: entry.deal,
                goodsHash: orders.hashGoods(entry.goods),
                deliveryHash: entry.deliveryHash,
                acceptance: acceptance
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
                provenanceHash: receipt.provenanceHash,
                releasedBytes: receipt.releasedBytes,
                leakBits: receipt.leakBits,
                fuel: receipt.fuel,
                verdict: receipt.verdict
            });
    }

    function _receipt(Book storage entry, Verdict verdict) private view returns (Receipt memory receipt) {
        receipt.orderId = _idOf(entry);
        receipt.goodsHash = orders.hashGoods(entry.goods);
        receipt.releasedHash = verdict == Verdict.OK ? bytes32("model") : bytes32(0);
        receipt.verdict = verdict;
    }

    /// @dev A contract signs with anything.
    function _signed(address signer, bytes32 structHash) private view returns (bytes memory) {
        if (signer != CHEATS.addr(ACK_SECRET)) return "stamp";
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("Gristmill Orders"), keccak256("1"), block.chainid, orders)
        );
        (uint8 v, bytes32 r, bytes32 s) = CHEATS.sign(
            ACK_SECRET,
            keccak256(abi.encodePacked(hex"1901", domain, structHash))
        );
        return abi.encodePacked(r, s, v);
    }

    /// @dev What no word of an admin may move: what is unlocked, and what the modules hold.
    function _wealth() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    markets.reserveOf(ids[0]).unlocked,
                    markets.reserveOf(ids[1]).unlocked,
                    balanceOf(address(markets)),
                    balanceOf(address(orders)),
                    balanceOf(address(listings)),
                    balanceOf(address(datatrusts))
                )
            );
    }

    /// @dev Mostly the next entry that is in `status`, sometimes any.
    function _entry(uint256 which, Status status) private view returns (Book storage) {
        return _book[_find(which, status)];
    }

    function _findEach(
        uint256[BATCH] calldata which,
        Status status
    ) private view returns (uint256[BATCH] memory found) {
        for (uint256 i = 0; i < BATCH; ++i) found[i] = _find(which[i], status);
    }

    function _find(uint256 which, Status status) private view returns (uint256) {
        uint256 count = _book.length;
        uint256 first = (which / 4) % count;
        if (which % 4 == 0) return first;
        for (uint256 i = 0; i < count; ++i) {
            if (_book[(first + i) % count].status == status) return (first + i) % count;
        }
        return first;
    }

    function _dueOf(Book storage entry) private view returns (uint256) {
        bool isFailed = entry.status == Status.FULFILLED || entry.status == Status.FULFILLED_DISPUTED;
        return isFailed ? (entry.deal.price * entry.deal.failureBps) / BPS : entry.deal.price;
    }

    function _idOf(Book storage entry) private view returns (OrderId) {
        return orders.orderIdOf(entry.deal.listing, entry.deal.buyer, entry.deal.n);
    }

    function _isHeld(Book storage entry) private view returns (bool) {
        return entry.status > Status.PLACED && entry.status < Status.SETTLED;
    }

    function _isOpen(Book storage entry) private view returns (bool) {
        return entry.status == Status.PLACED || _isHeld(entry);
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
