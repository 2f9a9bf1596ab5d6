/** The budget of Finagle and of Linkerd (src/model/retry/budgets/ttl-window.ts): deposits and withdrawals, forgotten after a time. */
import type { TtlWindowBudget } from '../../../../src/model/retry/budgets/ttl-window.js';
import type { BudgetState } from './budgets.js';

export function ttlWindow(
	budget: TtlWindowBudget,
	now: () => number,
	indifferent: Omit<BudgetState, 'allows'>,
): BudgetState {
	const { ttlUs, ratio, perSecond, slots, forgets, credit } = budget;
	const [deposit, withdrawal] =
		ratio === 0 ? [0, 1] : ratio > 1 ? [1000, Math.trunc(1000 / ratio)] : [1, Math.trunc(1 / ratio + 1e-9)];
	const reserve = ((perSecond * ttlUs) / 1e6) * withdrawal;
	const partUs = ttlUs / slots;
	const liveSlots = forgets === 'tower' ? slots : slots - 1;
	/** closed parts, the oldest first, and the one that is written */
	let closed: number[] = Array.from({ length: liveSlots }, () => 0);
	let writing = 0;
	let sinceUs = now();

	/** Whoever comes first after a part's time closes it; the next begins at that moment. */
	function goOn() {
		const parts = (now() - sinceUs) / partUs;
		if (parts < 1) return;
		const forgotten = forgets === 'tower' ? Math.ceil(parts) : Math.floor(parts);
		closed = [...closed, writing, ...Array.from({ length: Math.min(liveSlots, forgotten - 1) }, () => 0)].slice(
			-liveSlots,
		);
		writing = 0;
		sinceUs = now();
	}
	function write(amount: number) {
		goOn();
		writing += amount;
	}
	return {
		...indifferent,
		allows() {
			goOn();
			return closed.reduce((a, b) => a + b, writing) + reserve >= withdrawal;
		},
		charge: () => write(-withdrawal),
		called() {
			if (credit === 'per-call') write(deposit);
		},
		ended({ ok, retryable }) {
			if (credit === 'per-success' ? ok : credit === 'per-final' && (ok || !retryable)) write(deposit);
		},
	};
}
