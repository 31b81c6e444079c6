import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './exposition.ts';

const RESOLUTION_MS = 20;
const NANO = 1e-9;
const MICRO = 1e-6;

export interface ProcessMetrics {
  families(): Family[];
  end(): void;
}

/** What this process takes. Names are those that dashboards for Node.js know. */
export function processMetrics(): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    families() {
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      // Of what passed since the last look: over all time a stall of today would not be seen.
      const lag = Math.max(0, (delay.percentile(99) || 0) * NANO);
      delay.reset();
      return [
        family('process_cpu_seconds_total', 'counter', 'CPU time.', (user + system) * MICRO),
        family('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
        family('nodejs_heap_size_used_bytes', 'gauge', 'Used part of the heap.', heapUsed),
        family('nodejs_eventloop_lag_p99_seconds', 'gauge', 'Delay of the event loop since the last scrape.', lag),
      ];
    },
    end: () => delay.disable(),
  };
}

function family(name: string, type: 'counter' | 'gauge', help: string, value: number): Family {
  return { name, type, help, samples: [{ labels: {}, value }] };
}
