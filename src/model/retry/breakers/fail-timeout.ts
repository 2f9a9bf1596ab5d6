/**
 * NGINX's passive health of a peer, per host: failures make it unavailable for a while, then one request tries it.
 *
 *     passes iff   failures < max,  or  s(t) - s(checked) > failTimeout
 *     a send       where s(t) - s(checked) > failTimeout: checked = t  (others stay away until it has answered)
 *     a failure    failures + 1;  failed = checked = t
 *     a success    where failed < checked: failures = 0               (it was tried after the time-out)
 *
 * s is the clock in whole seconds: 10 s are more than 10 and at most 11, for the next whole second after the tenth has to
 * come. Seconds are counted from the start of the run. (Measured: nginx 1.22.1 let a peer in again at 0.01 s past the second, 10.2
 * and 10.8 s after it had failed; results/real.)
 *
 * max_fails 1, fail_timeout 10 s. A group of one peer is never checked: its author gives it no breaker.
 * Source: nginx 3f6f782 src/http/ngx_http_upstream_round_robin.c get_peer, free_round_robin_peer: now = ngx_time().
 */
import type { BreakerMachine, BreakerPlace } from './breaker-machine.js';

export interface FailTimeoutBreaker extends BreakerPlace {
	readonly kind: 'fail-timeout';
	readonly maxFailures: number;
	readonly failTimeoutUs: number;
}

export interface FailTimeoutState {
	readonly failures: number;
	readonly failedUs: number;
	readonly checkedUs: number;
}

export function failTimeout(breaker: FailTimeoutBreaker): BreakerMachine<FailTimeoutState> {
	const { scope, inside, maxFailures, failTimeoutUs } = breaker;
	const rested = (s: FailTimeoutState, nowUs: number): boolean =>
		1e6 * (second(nowUs) - second(s.checkedUs)) > failTimeoutUs;
	return {
		scope,
		inside,
		draws: false,
		start: (nowUs) => ({ failures: 0, failedUs: nowUs, checkedUs: nowUs }),
		allows: (s, nowUs) => s.failures < maxFailures || rested(s, nowUs),
		sent: (s, nowUs) => (rested(s, nowUs) ? { ...s, checkedUs: nowUs } : s),
		refused: (s) => s,
		left: (s) => s,
		answered: (s, ok, _tookUs, nowUs) => {
			if (!ok) return { failures: s.failures + 1, failedUs: nowUs, checkedUs: nowUs };
			return s.failedUs < s.checkedUs && s.failures > 0 ? { ...s, failures: 0 } : s;
		},
	};
}

const second = (us: number): number => Math.floor(us / 1e6);
