import { testEventPattern } from '../../events/test-event-pattern.ts';
import type { TestEventPatternRequest, TestEventPatternResponse } from '../model/events.ts';
import { operation } from '../operation.ts';

/** Says whether a pattern matches an event. API_TestEventPattern. */
export const TestEventPattern = operation<TestEventPatternRequest, TestEventPatternResponse>({
  service: 'events',
  name: 'TestEventPattern',
  action: 'events:TestEventPattern',
  resource: () => '*',
  handle: async ({ EventPattern: pattern, Event: event }) => ({ Result: testEventPattern({ pattern, event }) }),
});
