import {
  budgetDocumentSchema,
  CROISSANT_MEDIA_TYPE,
  listingDocumentSchema,
  listingPageSchema,
  listListingsSchema,
} from '@gristmill/protocol'
import { answersJson, type Operation } from '../operation.js'
import { CHAIN, DATABASE } from '../problem-groups.js'

export const listingOperations: readonly Operation[] = [
  {
    id: 'listListings',
    method: 'get',
    path: '/v1/listings',
    summary: 'A page of the catalogue',
    description:
      'Words are looked for in name, description, licence, keywords and column names, in any case; all of them have to be there. Prices are ' +
      'compared within one `market` or one `asset`: name it with `maxPrice` and with `sort=price`.',
    access: 'public',
    query: listListingsSchema,
    answers: answersJson(listingPageSchema, 'The page; `next`, if there is one, goes into `after`'),
    problems: ['REQUEST_INVALID', ...DATABASE],
  },
  {
    id: 'getListing',
    method: 'get',
    path: '/v1/listings/:listing',
    summary: 'What the chain commits to of a listing, in full',
    description: "Compare it with the listing's `termsHash` on chain.",
    access: 'public',
    answers: answersJson(listingDocumentSchema, 'The listing'),
    problems: ['LISTING_NOT_FOUND', 'DISK_FULL', ...DATABASE, ...CHAIN],
  },
  {
    id: 'getCroissant',
    method: 'get',
    path: '/v1/listings/:listing/croissant',
    summary: 'The description of a listing as Croissant 1.1 (JSON-LD)',
    description: 'Made of `metadata` of the listing, to which the chain commits; whoever has that can make it, too.',
    access: 'public',
    answers: [{ status: 200, meaning: 'The document', content: { mediaType: CROISSANT_MEDIA_TYPE } }],
    problems: ['LISTING_NOT_FOUND', 'DISK_FULL', ...DATABASE, ...CHAIN],
  },
  {
    id: 'getBudget',
    method: 'get',
    path: '/v1/listings/:listing/budget',
    summary: 'What the budget of a listing has left, in all and for you',
    description:
      'Of the ledger of its data: every run is charged before it starts. Runs that wait are not counted yet.',
    access: 'signed',
    answers: answersJson(budgetDocumentSchema, 'What one run costs and what is left'),
    problems: ['LISTING_NOT_FOUND', ...DATABASE],
  },
]
