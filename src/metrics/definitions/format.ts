/** Quantities as text for people: rounded, with their unit, an instant on the clock of the scenario where it has one. */
import {
	formatClock,
	formatDuration,
	formatFactor,
	formatRate,
	formatShare,
	MILLISECOND,
	SECOND,
} from '../../kernel/units.js';
import type { Outcome, Stop } from '../outcome.js';
import type { QuantityKind } from './metric.js';

/** What an instant needs to be put on a clock. */
export type Clock = Pick<Outcome, 'date' | 'clockUs' | 'fromUs' | 'toUs'>;

/** A value of a kind. Null is a dash, a factor without bound is "all" (of the failures were avoided). */
export function formatQuantity(kind: QuantityKind, value: number | null, clock: Clock): string {
	if (value === null) return '-';
	if (kind === 'factor' && value === Number.POSITIVE_INFINITY) return 'all';
	switch (kind) {
		case 'share':
			return formatShare(significant(value));
		case 'factor':
			return formatFactor(Math.abs(value) >= 1000 ? Math.round(value) : significant(value));
		case 'instant':
			return formatInstant(value, clock);
		case 'duration':
			return formatSpan(value);
		case 'count':
			return formatCount(value);
		case 'rate':
			return formatRate(significant(value));
		case 'boolean':
			return value === 1 ? 'yes' : 'no';
	}
}

/** True where instants have a time of day: the scenario gave a date or began at one. */
export function hasClock(clock: Clock): boolean {
	return clock.date !== null || clock.clockUs > 0;
}

/** "08:47:02", or "+102.4s" from the start of the measured window where the scenario has no clock. */
export function formatInstant(us: number, clock: Clock): string {
	if (hasClock(clock)) return formatClock(Math.floor((clock.clockUs + us) / SECOND) * SECOND);
	const text = formatDuration(us - clock.fromUs, clock.toUs - clock.fromUs < 10 * SECOND ? MILLISECOND : SECOND / 10);
	return us < clock.fromUs ? text : `+${text}`;
}

/** A time to three or four digits: "812us", "47.3ms", "2.41s", "6m48s". */
export function formatSpan(us: number): string {
	if (!Number.isFinite(us)) return formatDuration(us);
	const size = Math.abs(us);
	if (size >= 120 * SECOND) return formatDuration(us, SECOND);
	if (size >= 10 * SECOND) return formatDuration(us, SECOND / 10);
	if (size >= SECOND) return formatDuration(us, SECOND / 100);
	if (size >= MILLISECOND) return formatDuration(us, size >= 100 * MILLISECOND ? MILLISECOND : MILLISECOND / 10);
	return formatDuration(us, 1);
}

/** "1,234,567"; below a hundred with up to two decimals. */
export function formatCount(value: number): string {
	if (!Number.isFinite(value)) return value > 0 ? 'unlimited' : 'unknown';
	const text = Math.abs(value) < 100 ? String(Number(value.toFixed(2))) : String(Math.round(value));
	return text.replace(/\B(?=(\d{3})+$)/g, text.includes('.') ? '' : ',');
}

/** What ended a run before its horizon: "stopped by limits.events = 100,000 after 12.345 s of simulated time". */
export function formatStop({ limit, bound, atUs }: Stop): string {
	const at = `after ${(atUs / 1e6).toFixed(3)} s of simulated time`;
	if (limit === 'signal') return `interrupted ${at}`;
	return `stopped by limits.${limit} = ${formatBound({ limit, bound })} ${at}`;
}

/** The bound of a limit: wall time in seconds, memory in MiB, anything else in numbers. */
export function formatBound({ limit, bound }: Pick<Stop, 'limit' | 'bound'>): string {
	if (limit === 'wall') return `${bound / 1000} s`;
	return limit === 'memory' ? `${Math.round(bound / 1024 ** 2)} MiB` : formatCount(bound);
}

/** Three significant digits, more where the whole part has more. */
function significant(value: number): number {
	const digits = Math.abs(value) >= 1000 ? 6 : 3;
	return Number(value.toPrecision(digits));
}
