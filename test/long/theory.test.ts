/**
 * The theory tests once more over runs four times as long (and all the seeds that the facts name), so that errors of
 * 1 % would show. Run by `npm run test:long`; takes minutes.
 */
process.env.THEORY_LENGTH = '4';

const SUITES = [
	'queues/queues',
	'queues/impatience',
	'queues/retrials',
	'queues/zombies',
	'queues/processor-sharing',
	'queues/shared-zombies',
	'queues/first-passages',
	'arrivals-and-routing',
	'retries/attempts-per-request',
	'queues/recovery',
];

for (const suite of SUITES) await import(`../theory/${suite}.test.ts`);
