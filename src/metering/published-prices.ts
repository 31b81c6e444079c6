import type { Price, PriceBook } from '../values/price-book.ts';

/** Of each its own: units of one are not counted with those of another. */
const free = (): Price => ({ tiers: [{ price: '0' }] });

/**
 * What Amazon publishes for ECR in us-east-1 ("Amazon ECR pricing"). Requests and basic scans are free there; for the
 * retrieval of archived images no amount was found, so it costs nothing until a book says otherwise.
 */
export const PUBLISHED_PRICES: PriceBook = {
  currency: 'USD',
  prices: {
    // 500 MB of 2^20 bytes, for an account's first year.
    storage: { free: { units: '0.48828125', months: 12 }, tiers: [{ price: '0.10' }] },
    'archive-storage': { tiers: [{ upTo: '153600', price: '0.10' }, { price: '0.07' }] },
    'archive-early-delete': { tiers: [{ price: '0.10' }] },
    'archive-retrieval': free(),
    'transfer-internet': {
      free: { units: '100' },
      tiers: [
        { upTo: '10240', price: '0.09' },
        { upTo: '51200', price: '0.085' },
        { upTo: '153600', price: '0.07' },
        { price: '0.05' },
      ],
    },
    'transfer-other-region': { tiers: [{ price: '0.01' }] },
    'transfer-same-region': free(),
    requests: free(),
    scans: free(),
  },
  regions: {},
};
