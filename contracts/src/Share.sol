// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IShare} from "./interfaces/IShare.sol";
import {MarketId} from "./types/Ids.sol";

contract Share is ERC20, ERC20Permit, ERC20Votes, IShare {
    string private constant NAME = "Gristmill Share";
    string private constant SYMBOL = "GRIST";

    /// @dev The strongest vote an account has cast in polls not over yet.
    struct VoteLock {
        uint208 amount;
        uint48 until; // Unix seconds; last second in which the amount may not leave
    }

    /// @inheritdoc IShare
    address public immutable MARKETS;
    /// @inheritdoc IShare
    address public immutable SIGNALS;
    /// @inheritdoc IShare
    address public immutable CURATION;

    mapping(address account => VoteLock) private _voteLocks;
    mapping(address account => uint256 amount) private _signalled;

    modifier onlyMarkets() {
        require(msg.sender == MARKETS, Share_NotMarkets(msg.sender));
        _;
    }

    constructor(address markets, address signals, address curation) ERC20(NAME, SYMBOL) ERC20Permit(NAME) {
        MARKETS = markets;
        SIGNALS = signals;
        CURATION = curation;
    }

    /// @inheritdoc IShare
    function mint(address to, uint256 amount) external onlyMarkets {
        _mint(to, amount);
    }

    /// @inheritdoc IShare
    function burn(address from, uint256 amount) external onlyMarkets {
        _burn(from, amount);
    }

    /// @inheritdoc IShare
    function lockVotes(address account, uint256 amount, uint48 until) external {
        require(msg.sender == CURATION, Share_NotCuration(msg.sender));
        VoteLock memory lock = _voteLocks[account];
        if (block.timestamp > lock.until) lock.amount = 0;
        // One lock for all polls: it may hold too much or too long, never too little.
        if (amount > lock.amount) lock.amount = SafeCast.toUint208(amount);
        if (until > lock.until) lock.until = until;
        _voteLocks[account] = lock;
        _requireUnencumbered(account);
    }

    /// @inheritdoc IShare
    function addSignal(address account, uint256 amount) external {
        require(msg.sender == SIGNALS, Share_NotSignals(msg.sender));
        _signalled[account] += amount;
        _requireUnencumbered(account);
    }

    /// @inheritdoc IShare
    function removeSignal(address account, uint256 amount) external {
        require(msg.sender == SIGNALS, Share_NotSignals(msg.sender));
        _signalled[account] -= amount;
    }

    /// @inheritdoc IShare
    function encumberedOf(address account) public view returns (uint256) {
        VoteLock memory lock = _voteLocks[account];
        uint256 voted = block.timestamp > lock.until ? 0 : lock.amount;
        return Math.max(voted, _signalled[account]);
    }

    /// @inheritdoc IShare
    function market() external view returns (MarketId) {
        return MarketId.wrap(abi.decode(Clones.fetchCloneArgs(address(this)), (bytes32)));
    }

    /// @dev A clone has none of the implementation's storage, where ERC20 keeps its name.
    function name() public pure override returns (string memory) {
        return NAME;
    }

    /// @dev As `name`.
    function symbol() public pure override returns (string memory) {
        return SYMBOL;
    }

    /// @inheritdoc IERC6372
    function clock() public view override(Votes, IERC6372) returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    function CLOCK_MODE() public pure override(Votes, IERC6372) returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev Everybody has their own votes from the first share on, without a storage slot that says so.
    function delegates(address account) public pure override(Votes, IVotes) returns (address) {
        return account;
    }

    /// @dev Delegation to oneself is the state of things: it succeeds and changes nothing.
    function delegate(address delegatee) public view override(Votes, IVotes) {
        require(delegatee == msg.sender, Share_NoDelegation(delegatee));
    }

    /// @dev Always reverts.
    function delegateBySig(
        address delegatee,
        uint256,
        uint256,
        uint8,
        bytes32,
        bytes32
    ) public pure override(Votes, IVotes) {
        revert Share_NoDelegation(delegatee);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 amount) internal override(ERC20, ERC20Votes) {
        super._update(from, to, amount);
        if (from != address(0)) _requireUnencumbered(from);
    }

    function _requireUnencumbered(address account) private view {
        uint256 balance = balanceOf(account);
        uint256 encumbered = encumberedOf(account);
        require(balance >= encumbered, Share_Encumbered(account, balance, encumbered));
    }
}
