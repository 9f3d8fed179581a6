export const runtimeLayouts: Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]>; libraries: Record<string, number[]> }> = {
  "Vault": {
    "offsetBytes": 26,
    "sizeBytes": 5254,
    "immutables": {},
    "libraries": {}
  },
  "Datatrusts": {
    "offsetBytes": 202,
    "sizeBytes": 5977,
    "immutables": {
      "VAULT": [
        511,
        2164,
        2931,
        3521,
        3655
      ],
      "ORDERS": [
        1393,
        3055
      ]
    },
    "libraries": {}
  },
  "Share": {
    "offsetBytes": 1408,
    "sizeBytes": 8650,
    "immutables": {
      "_cachedDomainSeparator": [
        5890
      ],
      "_cachedChainId": [
        6079
      ],
      "_cachedThis": [
        5843
      ],
      "_hashedName": [
        5969
      ],
      "_hashedVersion": [
        6007
      ],
      "_name": [
        2824
      ],
      "_version": [
        2865
      ],
      "MARKETS": [
        1785,
        2351,
        3524
      ],
      "SIGNALS": [
        2418,
        3907,
        4586
      ],
      "CURATION": [
        844,
        4882
      ]
    },
    "libraries": {}
  },
  "LinearCurve": {
    "offsetBytes": 26,
    "sizeBytes": 1143,
    "immutables": {},
    "libraries": {}
  },
  "Markets": {
    "offsetBytes": 425,
    "sizeBytes": 21937,
    "immutables": {
      "VAULT": [
        5804,
        7145,
        8952,
        9236,
        9406,
        13806,
        15427
      ],
      "ORDERS": [
        773,
        973,
        8252
      ],
      "SHARE": [
        4371,
        11065
      ]
    },
    "libraries": {}
  },
  "Listings": {
    "offsetBytes": 711,
    "sizeBytes": 9492,
    "immutables": {
      "_cachedDomainSeparator": [
        9029
      ],
      "_cachedChainId": [
        9218
      ],
      "_cachedThis": [
        8982
      ],
      "_hashedName": [
        9108
      ],
      "_hashedVersion": [
        9146
      ],
      "_name": [
        1288
      ],
      "_version": [
        1329
      ],
      "VAULT": [
        2130,
        4210,
        8348
      ],
      "DATATRUSTS": [
        1672,
        3451
      ],
      "MARKETS": [
        2014,
        3689,
        5609,
        8058
      ],
      "CURATION": [
        232,
        590,
        1742,
        4954
      ]
    },
    "libraries": {}
  },
  "Fair": {
    "offsetBytes": 30,
    "sizeBytes": 7235,
    "immutables": {},
    "libraries": {}
  },
  "Orders": {
    "offsetBytes": 1743,
    "sizeBytes": 23328,
    "immutables": {
      "_cachedDomainSeparator": [
        22749
      ],
      "_cachedChainId": [
        22932
      ],
      "_cachedThis": [
        22702
      ],
      "_hashedName": [
        22828
      ],
      "_hashedVersion": [
        22866
      ],
      "_name": [
        4450
      ],
      "_version": [
        4492
      ],
      "VAULT": [
        671,
        1160,
        6554,
        7181,
        8525,
        10488,
        11491,
        20633,
        21259,
        21679
      ],
      "DATATRUSTS": [
        3231,
        4915,
        14641,
        20240
      ],
      "MARKETS": [
        637,
        1127,
        6643,
        7215,
        8491,
        10275,
        10319,
        11643,
        12849,
        14157,
        19266,
        20823,
        21416,
        21771
      ],
      "LISTINGS": [
        10204,
        13776,
        19135
      ],
      "SIGNALS": [
        4736,
        10033
      ],
      "CURATION": [
        965,
        5714
      ]
    },
    "libraries": {
      "Fair": [
        4762
      ]
    }
  },
  "Signals": {
    "offsetBytes": 679,
    "sizeBytes": 5803,
    "immutables": {
      "VAULT": [
        577
      ],
      "MARKETS": [
        491,
        1318,
        2995
      ],
      "LISTINGS": [
        534,
        1229,
        2683
      ],
      "ORDERS": [
        145,
        2168,
        5193
      ]
    },
    "libraries": {}
  },
  "Curation": {
    "offsetBytes": 1388,
    "sizeBytes": 22353,
    "immutables": {
      "VAULT": [
        1820,
        7629,
        9243,
        11169,
        18549,
        18733
      ],
      "MARKETS": [
        821,
        3132,
        3761,
        6104,
        9656,
        13121,
        17357,
        18339,
        18867
      ],
      "LISTINGS": [
        622,
        8326,
        21386,
        21834
      ],
      "ORDERS": [
        7077,
        14031,
        14658,
        21667
      ]
    },
    "libraries": {}
  }
}
