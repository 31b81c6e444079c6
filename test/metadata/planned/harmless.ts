const SORTS = /TEMP B-TREE/;
/** Rows of one moment are sorted, no others. */
const SORTS_LAST = /FOR LAST TERM OF ORDER BY/;
const BY_INDEX = /^SCAN \w+ USING (COVERING )?INDEX/;
const ALL = /: the whole table$|^SCAN |TEMP B-TREE|rows$/;

/** What need not be better, and why. */
export const HARMLESS: Readonly<Record<string, RegExp>> = {
  // These sort, but only what belongs to one digest or one repository, or is on one page.
  'queueing the objects of a repository': SORTS,
  'removing a repository with all that is in it': SORTS,
  'objects of a digest': SORTS,
  'layers of an object': SORTS,
  'resources of events': SORTS,

  // Queues are read from their beginning, and reports on all accounts in the order of their key.
  'objects to collect': BY_INDEX,
  'whether there are changes': /^SCAN changes$|^Seq Scan on changes/,
  'the oldest changes': /^SCAN changes$/,
  'usage of all accounts': BY_INDEX,
  // The first of each order are few.
  'jobs that are due': /^SCAN (due|free|firsts)$|^USE TEMP B-TREE FOR ORDER BY$/,

  // Metrics count what waits, which is little unless something is wrong. What would make them quicker would be written
  // with each push.
  'how many changes wait': ALL,
  'how many jobs there are': ALL,
  // People ask, or `fsck` does; the same.
  'changes of repositories': ALL,
  'whether a job is running': ALL,
  'jobs, oldest first': ALL,
  'jobs of a kind and state': ALL,
  'trying what is dead again': ALL,
  'levels of repositories that are gone': ALL,
  // An index by the number of pulls would be written with each of them.
  'what is pulled most': ALL,
  // There are 100,000 at most.
  'how much is in use': ALL,
  // It looks into each repository: an index by digest would be written with each push, to a page of its own.
  'repositories with an image': ALL,
  // For the same reason, where the database is embedded: the journal is read in the order of time.
  'what lifecycle policies did to a digest': BY_INDEX,
  // All parts of a repository are read when it is deleted.
  'parts that only archived images need': ALL,

  // The layers of one image.
  'layers by image, for a policy': SORTS_LAST,

  'who did what': SORTS_LAST,
  'who did what, further on': SORTS_LAST,
  'events by name': SORTS_LAST,
  'events of a user': SORTS_LAST,
  'events of a key': SORTS_LAST,
  'events of a resource': SORTS_LAST,
  // There are few services and types: most look-ups find a page soon.
  'events of a type of resource': ALL,
  'events of a service': ALL,
  'events that only read': SORTS_LAST,
};
