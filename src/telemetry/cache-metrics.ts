import type { CacheFigures } from '../storage/layer-cache/port.ts';
import type { Family } from './exposition.ts';

/** What the layer cache of this node does. */
export function cacheMetrics({ hits, misses, kept, notKept, bytes }: CacheFigures): Family[] {
  return [
    {
      name: 'berth_layer_cache_reads_total',
      help: 'Reads of sealed layers, by whether the cache served them.',
      type: 'counter',
      samples: [
        { labels: { result: 'hit' }, value: hits },
        { labels: { result: 'miss' }, value: misses },
      ],
    },
    {
      name: 'berth_layer_cache_fills_total',
      help: 'Layers, or pieces of them, that were read whole from the store, by whether the cache has kept them.',
      type: 'counter',
      samples: [
        { labels: { result: 'kept' }, value: kept },
        { labels: { result: 'not-kept' }, value: notKept },
      ],
    },
    {
      name: 'berth_layer_cache_bytes',
      help: 'What the layer cache holds.',
      type: 'gauge',
      samples: [{ labels: {}, value: bytes }],
    },
  ];
}
