/**
 * The retry budget of Finagle, and of Linkerd's proxy (tower) after it: calls deposit, retries withdraw, and both are
 * forgotten after a time; a reserve that never runs out lets small clients retry too.
 *
 *     deposit 1, withdraw w = trunc(1 / ratio)      (ratio > 1: 1000 and trunc(1000 / ratio); ratio 0: 0 and 1)
 *     balance = sum of the window + perSecond x ttl x w
 *     a retry   passes iff balance >= w;  writes -w
 *
 * so that in one ttl   retries <= deposits / w + perSecond x ttl.
 * A part of ttl / slots is written, then closed by whoever comes first after its time, and the next begins at that
 * moment, not on a grid. With d parts of time since the last began, so many of the oldest are forgotten:
 *
 *     tower      `slots` closed parts are kept, ceil(d) forgotten: with somebody every 1.1 parts it looks back half a ttl
 *     finagle    `slots` - 1 are kept, floor(d) forgotten: it looks back nine tenths of a ttl at least
 *
 * Source: tower 0918d77 tower/src/retry/budget/tps_budget.rs; finagle 4feb34c RetryBudget.scala, util TokenBucket.scala
 * newLeakyBucket, WindowedAdder.scala.
 */
import { assert } from '../../../kernel/errors.js';
import type { Scope } from '../state-scope.js';
import { type BudgetMachine, unmoved } from './budget-machine.js';

export interface TtlWindowBudget {
	readonly kind: 'ttl-window';
	readonly scope: Scope;
	readonly ttlUs: number;
	readonly ratio: number;
	readonly perSecond: number;
	readonly slots: number;
	readonly forgets: 'tower' | 'finagle';
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
	const { scope, ttlUs, ratio, perSecond, slots, forgets, credit } = budget;
	assert(slots >= 2 && ttlUs > 0, 'a ttl window needs a length');
	const unit = ratio === 0 ? 0 : ratio <= 1 ? 1 : 1000;
	const cost = ratio === 0 ? 1 : Math.trunc(unit / ratio);
	const reserve = perSecond * (ttlUs / 1e6) * cost;
	const partUs = ttlUs / slots;
	const liveSlots = forgets === 'tower' ? slots : slots - 1;
	const gone = forgets === 'tower' ? Math.ceil : Math.floor;

	const expired = (s: TtlWindowState, nowUs: number): TtlWindowState => {
		const passed = (nowUs - s.sinceUs) / partUs;
		return passed < 1 ? s : closedPart(s, gone(passed), nowUs);
	};

	const write = (s: TtlWindowState, by: number, nowUs: number): TtlWindowState => {
		const now = expired(s, nowUs);
		return { ...now, writing: now.writing + by };
	};
	return {
		...unmoved<TtlWindowState>(),
		scope,
		checked: 'decision',
		costOf: () => cost,
		start: (nowUs) => ({ closed: new Array<number>(liveSlots).fill(0), at: 0, sinceUs: nowUs, writing: 0 }),
		allows: (s, _cause, nowUs) => balance(expired(s, nowUs)) + reserve >= cost,
		charge: (s, _cause, nowUs) => write(s, -cost, nowUs),
		called: (s, nowUs) => (credit === 'per-call' ? write(s, unit, nowUs) : s),
		ended: (s, { ok, retryable }, nowUs) => {
			const deposits = credit === 'per-success' ? ok : credit === 'per-final' && (ok || !retryable);
			return deposits ? write(s, unit, nowUs) : s;
		},
	};
}

const balance = ({ closed, writing }: TtlWindowState): number => closed.reduce((sum, part) => sum + part, writing);

/** The part being written takes the place of the oldest; the other forgotten ones are empty from now on. */
function closedPart(s: TtlWindowState, forgotten: number, nowUs: number): TtlWindowState {
	const closed = s.closed.slice();
	closed[s.at] = s.writing;
	for (let k = 1; k < forgotten && k <= closed.length; k++) closed[(s.at + k) % closed.length] = 0;
	return { closed, at: (s.at + forgotten) % closed.length, sinceUs: nowUs, writing: 0 };
}
