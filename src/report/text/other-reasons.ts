/** What fails a request that no change and no fault fails itself: the terminal and the page name it alike. */
export const OTHER_REASONS = 'full queues, timeouts, errors of their class';
