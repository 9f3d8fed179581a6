export const runtimeLayouts: Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]>; libraries: Record<string, number[]> }> = {
  "Vault": {
    "offsetBytes": 26,
    "sizeBytes": 6286,
    "immutables": {},
    "libraries": {}
  },
  "Datatrusts": {
    "offsetBytes": 141,
    "sizeBytes": 6173,
    "immutables": {
      "VAULT": [
        629,
        2575,
        3549
      ]
    },
    "libraries": {}
  },
  "Share": {
    "offsetBytes": 1321,
    "sizeBytes": 10140,
    "immutables": {
      "_cachedDomainSeparator": [
        6105
      ],
      "_cachedChainId": [
        6294
      ],
      "_cachedThis": [
        6058
      ],
      "_hashedName": [
        6184
      ],
      "_hashedVersion": [
        6222
      ],
      "_name": [
        3031
      ],
      "_version": [
        3072
      ],
      "MARKETS": [
        1645,
        2381,
        3956
      ]
    },
    "libraries": {}
  },
  "LinearCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1205,
    "immutables": {},
    "libraries": {}
  },
  "FlatCurve": {
    "offsetBytes": 26,
    "sizeBytes": 618,
    "immutables": {},
    "libraries": {}
  },
  "RootCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1364,
    "immutables": {},
    "libraries": {}
  },
  "ComputableCurve": {
    "offsetBytes": 26,
    "sizeBytes": 952,
    "immutables": {},
    "libraries": {}
  },
  "Markets": {
    "offsetBytes": 411,
    "sizeBytes": 20215,
    "immutables": {
      "VAULT": [
        4682,
        5994,
        7552,
        11720,
        12922,
        13906
      ],
      "ORDERS": [
        473,
        753,
        7001
      ],
      "SHARE": [
        9123
      ]
    },
    "libraries": {}
  },
  "Listings": {
    "offsetBytes": 657,
    "sizeBytes": 8740,
    "immutables": {
      "_cachedDomainSeparator": [
        8264
      ],
      "_cachedChainId": [
        8453
      ],
      "_cachedThis": [
        8217
      ],
      "_hashedName": [
        8343
      ],
      "_hashedVersion": [
        8381
      ],
      "_name": [
        1765
      ],
      "_version": [
        1806
      ],
      "VAULT": [
        725,
        2442,
        4670
      ],
      "DATATRUSTS": [
        2222,
        3879
      ],
      "MARKETS": [
        350,
        2332,
        4115,
        5541
      ]
    },
    "libraries": {}
  },
  "Fair": {
    "offsetBytes": 30,
    "sizeBytes": 12343,
    "immutables": {},
    "libraries": {}
  },
  "Orders": {
    "offsetBytes": 1293,
    "sizeBytes": 19929,
    "immutables": {
      "_cachedDomainSeparator": [
        19285
      ],
      "_cachedChainId": [
        19468
      ],
      "_cachedThis": [
        19238
      ],
      "_hashedName": [
        19364
      ],
      "_hashedVersion": [
        19402
      ],
      "_name": [
        2245
      ],
      "_version": [
        2287
      ],
      "VAULT": [
        2069,
        2876,
        3905,
        5076,
        5418,
        7324,
        14783,
        17434
      ],
      "DATATRUSTS": [
        9691,
        15879
      ],
      "MARKETS": [
        2036,
        2910,
        3939,
        5043,
        5520,
        7103,
        9207,
        14875,
        15240,
        16884,
        17586
      ],
      "LISTINGS": [
        6983,
        8723,
        15096
      ]
    },
    "libraries": {}
  }
}
