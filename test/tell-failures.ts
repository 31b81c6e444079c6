import fc from 'fast-check';

// What an example failed with, and not only which it was: a race may not fail the same way again.
fc.configureGlobal({ includeErrorInReport: true });
