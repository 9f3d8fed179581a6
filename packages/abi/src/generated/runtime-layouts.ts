export const runtimeLayouts: Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]>; libraries: Record<string, number[]> }> = {
  "Vault": {
    "offsetBytes": 26,
    "sizeBytes": 6286,
    "immutables": {},
    "libraries": {}
  },
  "Datatrusts": {
    "offsetBytes": 202,
    "sizeBytes": 7738,
    "immutables": {
      "VAULT": [
        659,
        2715,
        3875,
        4650,
        4822
      ],
      "ORDERS": [
        1748,
        4072
      ]
    },
    "libraries": {}
  },
  "Share": {
    "offsetBytes": 1408,
    "sizeBytes": 11492,
    "immutables": {
      "_cachedDomainSeparator": [
        8125
      ],
      "_cachedChainId": [
        8314
      ],
      "_cachedThis": [
        8078
      ],
      "_hashedName": [
        8204
      ],
      "_hashedVersion": [
        8242
      ],
      "_name": [
        3888
      ],
      "_version": [
        3929
      ],
      "MARKETS": [
        2328,
        3128,
        4813
      ],
      "SIGNALS": [
        3238,
        5321,
        6254
      ],
      "CURATION": [
        1003,
        6668
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
    "offsetBytes": 425,
    "sizeBytes": 23767,
    "immutables": {
      "VAULT": [
        6228,
        7626,
        9479,
        9772,
        9951,
        14960,
        16816
      ],
      "ORDERS": [
        787,
        989,
        8770
      ],
      "SHARE": [
        4695,
        11784
      ]
    },
    "libraries": {}
  },
  "Listings": {
    "offsetBytes": 712,
    "sizeBytes": 10859,
    "immutables": {
      "_cachedDomainSeparator": [
        10383
      ],
      "_cachedChainId": [
        10572
      ],
      "_cachedThis": [
        10336
      ],
      "_hashedName": [
        10462
      ],
      "_hashedVersion": [
        10500
      ],
      "_name": [
        1560
      ],
      "_version": [
        1601
      ],
      "VAULT": [
        2704,
        4947,
        9608
      ],
      "DATATRUSTS": [
        2017,
        4141
      ],
      "MARKETS": [
        2515,
        4392,
        6577,
        9279
      ],
      "CURATION": [
        275,
        706,
        2130,
        5764
      ]
    },
    "libraries": {}
  },
  "Fair": {
    "offsetBytes": 30,
    "sizeBytes": 12304,
    "immutables": {},
    "libraries": {}
  },
  "Orders": {
    "offsetBytes": 1750,
    "sizeBytes": 24211,
    "immutables": {
      "_cachedDomainSeparator": [
        23614
      ],
      "_cachedChainId": [
        23797
      ],
      "_cachedThis": [
        23567
      ],
      "_hashedName": [
        23693
      ],
      "_hashedVersion": [
        23731
      ],
      "_name": [
        4548
      ],
      "_version": [
        4590
      ],
      "VAULT": [
        651,
        907,
        1400,
        7041,
        8202,
        8898,
        10962,
        11990,
        21314,
        22683
      ],
      "DATATRUSTS": [
        1988,
        5013,
        14982,
        20921,
        22022
      ],
      "MARKETS": [
        812,
        873,
        1367,
        7130,
        8236,
        8864,
        10724,
        10768,
        12142,
        13348,
        14498,
        19842,
        21504,
        22775
      ],
      "LISTINGS": [
        10653,
        14117,
        19711
      ],
      "SIGNALS": [
        4834,
        10457
      ],
      "CURATION": [
        1205,
        5570
      ]
    },
    "libraries": {
      "Fair": [
        5944
      ]
    }
  },
  "Signals": {
    "offsetBytes": 679,
    "sizeBytes": 6934,
    "immutables": {
      "VAULT": [
        740
      ],
      "MARKETS": [
        628,
        1620,
        3548
      ],
      "LISTINGS": [
        684,
        1493,
        3160
      ],
      "ORDERS": [
        188,
        2526,
        6210
      ]
    },
    "libraries": {}
  },
  "Curation": {
    "offsetBytes": 1388,
    "sizeBytes": 24126,
    "immutables": {
      "VAULT": [
        2099,
        8297,
        10190,
        12395,
        19897,
        20081
      ],
      "MARKETS": [
        846,
        3449,
        4078,
        6518,
        10628,
        14372,
        18705,
        19687,
        20240
      ],
      "LISTINGS": [
        622,
        9019,
        23159,
        23607
      ],
      "ORDERS": [
        7745,
        15306,
        15933,
        23440
      ]
    },
    "libraries": {}
  }
}
