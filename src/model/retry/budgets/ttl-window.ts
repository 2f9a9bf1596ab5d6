/**
 * The retry budget of Finagle, and of Linkerd's proxy (tower) after it: calls deposit, retries withdraw, and both are
 * forgotten after a time; a reserve that never runs out lets small clients retry too.
 *
 *     deposit 1, withdraw w = trunc(1 / ratio)      (ratio > 1: 1000 and trunc(1000 / ratio); ratio 0: 0 and 1)
 *     balance = sum of the window + perSecond x ttl x w
 *     a retry   passes iff balance >= w;  writes -w
 *
 * so that in one ttl   retries <= deposits / w + perSecond x ttl.
 * The window is `slots` parts of ttl / slots and the one being written. A part is closed by whoever comes first after
 * its time, and the next begins at that moment, not on a grid: where traffic is thin the window is longer than the ttl.
 * Source: tower 0918d77 tower/src/retry/budget/tps_budget.rs; finagle 4feb34c RetryBudget.scala, util WindowedAdder.
 */
import { assert } from '../../../kernel/check.js';
import type { Scope } from '../scope.js';
import { type BudgetMachine, unmoved } from './machine.js';

export interface TtlWindowBudget {
	readonly kind: 'ttl-window';
	readonly scope: Scope;
	readonly ttlUs: number;
	readonly ratio: number;
	readonly perSecond: number;
	readonly slots: number;
	/** what deposits: a call that begins; one that ends well; one that ends in anything that is not tried again */
	readonly credit: 'per-call' | 'per-success' | 'per-final';
}

export interface TtlWindowState {
	/** closed parts, the oldest at `at` */
	readonly closed: readonly number[];
	readonly at: number;
	readonly sinceUs: number;
	readonly writing: number;
}

export function ttlWindow(budget: TtlWindowBudget): BudgetMachine<TtlWindowState> {
	const { scope, ttlUs, ratio, perSecond, slots, credit } = budget;
	assert(slots >= 1 && ttlUs > 0, 'a ttl window needs a length');
	const unit = ratio === 0 ? 0 : ratio <= 1 ? 1 : 1000;
	const cost = ratio === 0 ? 1 : Math.trunc(unit / ratio);
	const reserve = perSecond * (ttlUs / 1e6) * cost;
	const partUs = ttlUs / slots;

	const write = (s: TtlWindowState, by: number, nowUs: number): TtlWindowState => {
		const now = expired(s, partUs, nowUs);
		return { ...now, writing: now.writing + by };
	};
	return {
		...unmoved<TtlWindowState>(),
		scope,
		checked: 'decision',
		costOf: () => cost,
		start: (nowUs) => ({ closed: new Array<number>(slots).fill(0), at: 0, sinceUs: nowUs, writing: 0 }),
		allows: (s, _cause, nowUs) => balance(expired(s, partUs, nowUs)) + reserve >= cost,
		charge: (s, _cause, nowUs) => write(s, -cost, nowUs),
		called: (s, nowUs) => (credit === 'per-call' ? write(s, unit, nowUs) : s),
		ended: (s, { ok, retryable }, nowUs) => {
			const deposits = credit === 'per-success' ? ok : credit === 'per-final' && (ok || !retryable);
			return deposits ? write(s, unit, nowUs) : s;
		},
	};
}

const balance = ({ closed, writing }: TtlWindowState): number => closed.reduce((sum, part) => sum + part, writing);

/** The part being written is closed once its time is over; parts that passed unseen are empty. */
function expired(s: TtlWindowState, partUs: number, nowUs: number): TtlWindowState {
	const passedUs = nowUs - s.sinceUs;
	if (passedUs < partUs) return s;
	const closed = s.closed.slice();
	closed[s.at] = s.writing;
	const unseen = Math.ceil(passedUs / partUs) - 1;
	for (let k = 1; k <= Math.min(unseen, closed.length); k++) closed[(s.at + k) % closed.length] = 0;
	return { closed, at: (s.at + 1 + unseen) % closed.length, sinceUs: nowUs, writing: 0 };
}
