/** An interval as a bar in a cell of a table, beside its words: where it lies on a scale that all rows share. */
import { h } from './dom.js';

/** @param from to what stands at the ends of the bar; low, value and high lie on that scale and are cut where they do not */
export function intervalBar(
	{ low, value, high }: { readonly low: number; readonly value: number | null; readonly high: number },
	{ from, to, zero }: { readonly from: number; readonly to: number; readonly zero?: number },
): HTMLElement {
	const at = (x: number): number => (to > from ? 100 * Math.min(1, Math.max(0, (x - from) / (to - from))) : 50);
	const [left, right] = [at(low), at(high)];
	return h(
		'span',
		{ class: 'bar', 'aria-hidden': 'true' },
		zero === undefined ? null : h('i', { class: 'zero', style: `left:${at(zero)}%` }),
		h('i', { class: 'reach', style: `left:${left}%;width:max(2px,${right - left}%)` }),
		value === null ? null : h('i', { class: 'point', style: `left:${at(value)}%` }),
	);
}
