/** The names of the files that an experiment leaves in its folder. */

/** Written last: whoever finds it knows that the others are whole. */
export const SUMMARY = 'summary.json';

export const JOURNAL = 'journal.ndjson';
