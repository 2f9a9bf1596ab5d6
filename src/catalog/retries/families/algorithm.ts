/** Retry presets, published algorithms: facts as they were read in the sources named, less the defaults of `facts.ts`. */
import type { SparsePreset } from '../facts.js';

export const ALGORITHM: readonly SparsePreset[] = [
	{
		id: 'google-sre-adaptive-throttling',
		name: 'Google SRE client-side adaptive throttling',
		family: 'algorithm',
		versionRead: 'SRE book ch. 21',
		enabledByDefault: false,
		rateLimit: {
			kind: 'adaptive-throttle',
			scope: 'per client task (and criticality)',
			windowMs: 120000,
			K: 2,
			formula:
				'reject locally with p = max(0, (requests - K*accepts) / (requests + 1)); requests includes locally rejected ones; accepts = accepted by backend',
			appliesTo: 'every request before sending',
		},
		confidence: 'doc-read',
		confidenceNotes:
			'formula, K=2 and 2-minute window confirmed by secondary quotations of the chapter; "requests includes locally rejected" recalled',
		source: [{ pkg: 'doc:sre.google/sre-book/handling-overload', path: 'Eq 21-1', version: 'quoted' }],
	},
	{
		id: 'google-sre-retry-budgets',
		name: 'Google SRE per-request (3 attempts) + per-client (10%) retry budgets',
		family: 'algorithm',
		versionRead: 'SRE book ch. 21',
		enabledByDefault: false,
		attempts: { maxTotal: 3, countedAs: 'attempts' },
		retryOn: { otherRules: 'overloaded responses, unless the server says "overloaded; don\'t retry"' },
		budget: {
			kind: 'ratio-window',
			ratio: 0.1,
			windowMs: 120000,
			scope: 'per client',
			formula: 'retry only while retries/requests < 10%',
		},
		confidence: 'doc-read',
		confidenceNotes: 'three attempts quoted; the 10% ratio and window are recalled',
		source: [{ pkg: 'doc:sre.google/sre-book/handling-overload', path: 'Deciding to Retry', version: 'quoted' }],
	},
];
