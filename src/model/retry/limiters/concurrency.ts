/**
 * So many sends at once, and a line behind them: the outermost guard of .NET's standard handler (1,000 and no line).
 *
 *     a send   inUse < permits: goes;   waiting < queue: queued, first come first served;   else denied
 *
 * Who gives up while queued makes room in the line.
 *
 * Source: dotnet/extensions 5862342 HttpStandardResilienceOptions.RateLimiter (System.Threading ConcurrencyLimiter).
 */
import type { Scope } from '../state-scope.js';
import { deny, go, type LimiterMachine, unmoved } from './limiter-machine.js';

export interface ConcurrencyLimiter {
	readonly kind: 'concurrency';
	readonly scope: Scope;
	readonly permits: number;
	readonly queue: number;
}

export interface ConcurrencyLimiterState {
	readonly inUse: number;
	readonly waiting: number;
}

export function concurrencyLimiter({
	scope,
	permits,
	queue,
}: ConcurrencyLimiter): LimiterMachine<ConcurrencyLimiterState> {
	return {
		...unmoved<ConcurrencyLimiterState>(),
		scope,
		appliesTo: 'tries',
		start: () => ({ inUse: 0, waiting: 0 }),
		ask: (s) => {
			if (s.inUse < permits) return go({ ...s, inUse: s.inUse + 1 });
			if (s.waiting < queue) return { state: { ...s, waiting: s.waiting + 1 }, decision: 'queue', waitUs: 0 };
			return deny(s);
		},
		// The permit goes straight to the oldest in the line.
		released: (s) => (s.waiting > 0 ? [{ ...s, waiting: s.waiting - 1 }, true] : [{ ...s, inUse: s.inUse - 1 }, false]),
		left: (s) => ({ ...s, waiting: s.waiting - 1 }),
		underWay: ({ inUse, waiting }) => [inUse, waiting],
	};
}
