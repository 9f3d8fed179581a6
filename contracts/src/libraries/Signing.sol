// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @dev One rule for every signature of the protocol.
library Signing {
    /// @dev ECDSA first: most signers have no code, and looking for it costs a cold account. A contract may answer by
    /// ERC-1271; of its answer one word is read, and who sends the transaction pays for its gas.
    function isSignedBy(bytes32 digest, bytes calldata signature, address signer) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
