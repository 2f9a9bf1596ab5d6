/** The lines of a fitted scenario about the trouble in its log: each fault with when, how deep, and how sure that is. */
import { SPEED_COVERAGE } from '../../../experiment/fit/trouble/capacity-search.js';
import type { Trouble } from '../../../experiment/fit/trouble/troubles.js';
import type { Interval } from '../../../experiment/statistics/interval.js';
import { formatDuration, formatShare } from '../../../kernel/units.js';
import { Block, type Line, line } from '../../manifest/yaml-writer.js';
import type { Origins } from './origins.js';

/** @param originS where the scenario begins, s of Unix time. @returns null where no fault can be written */
export function faultsLine(troubles: readonly Trouble[], originS: number, origins: Origins): Line | null {
	const lines = troubles.flatMap((one, i) => {
		const name = `trouble-${i + 1}`;
		if (one.kind === 'unexplained') return [];
		const { startS, endS } = one.found;
		if (startS < originS) return [];
		const when = { at: time(startS - originS), for: time(endS - startS) };
		const note = origins.measured(troubleText(one, originS));
		if (one.kind === 'errors') {
			const known = [500, 502, 504].find((status) => status === one.status);
			const share = formatShare(Number(Number(one.found.share.share).toPrecision(3)));
			return [line(name, { ...when, errors: share, ...(known === undefined ? {} : { status: known }) }, note)];
		}
		return [line(name, { ...when, speed: `x${Number(one.found.speed.toPrecision(3))}` }, note)];
	});
	return lines.length === 0 ? null : line('faults', new Block(lines));
}

const time = (s: number): string => formatDuration(Math.round(s * 100) * 10_000);

const from = ({ low, high }: Interval, originS: number): string => `${time(low - originS)} to ${time(high - originS)}`;

/** "capacity fell to x0.251 (x0.24 to x0.26) from 59.4s (59.2s to 59.5s) to 99.4s (99.3s to 99.6s); ...". @param originS from which times count */
export function troubleText(one: Trouble, originS: number): string {
	const failed = `${one.failed} of ${one.of} failed`;
	if (one.kind === 'unexplained')
		return `${time(one.fromS - originS)} to ${time(one.toS - originS)}: ${failed}, and no cause can be told: ${one.why}`;
	if (one.kind === 'errors') {
		const { share, start, end, startS, endS } = one.found;
		const range = `${formatShare(Number(share.interval.low.toPrecision(3)))} to ${formatShare(Number(share.interval.high.toPrecision(3)))}`;
		return `the server answered ${formatShare(Number(Number(share.share).toPrecision(3)))} (${range}) with ${one.status} from ${time(startS - originS)} (${from(start, originS)}) to ${time(endS - originS)} (${from(end, originS)}); ${failed}`;
	}
	const { speed, startS, endS, intervals } = one.found;
	const depth = `x${Number(intervals.speed.low.toPrecision(3))} to x${Number(intervals.speed.high.toPrecision(3))}`;
	return `capacity fell to x${Number(speed.toPrecision(3))} (${depth}) from ${time(startS - originS)} (${from(intervals.startS, originS)}) to ${time(endS - originS)} (${from(intervals.endS, originS)}), by replays of the same attempts (the interval of the depth held the truth in ${formatShare(SPEED_COVERAGE)} of made storms); that workers are slow or that a part of them is gone fits as well, durations of what was answered meanwhile tell; ${failed}`;
}
