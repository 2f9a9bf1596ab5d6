/** The lines of a fitted scenario about who asks: how long clients wait, and how they try again. */

import { rangeText } from '../../../experiment/fit/estimate.js';
import type { Findings } from '../../../experiment/fit/findings.js';
import type { AttemptsFound } from '../../../experiment/fit/retry-fit.js';
import { formatDuration, formatShare } from '../../../kernel/units.js';
import { Block, type Line, line } from '../../manifest/yaml-writer.js';
import { lawOf } from './distribution-lines.js';
import type { Origins } from './origins.js';

export function clientsLine({ timeout, attempts }: Findings, origins: Origins): Line {
	const waits =
		timeout === null
			? line('timeout', '1s', origins.assumed('the log has too few attempts without an answer to tell'))
			: line('timeout', lawOf(timeout), origins.measured(`how long ${timeout.n} attempts lasted that got no answer`));
	return line(
		'clients',
		new Block([line('apps', new Block([waits, line('retry', new Block(retryLines(attempts, origins)))]))]),
	);
}

const ASSUMED_BACKOFF = { growth: 'exponential', base: '100ms', cap: '2s', jitter: 'full' };

function retryLines(attempts: AttemptsFound, origins: Origins): Line[] {
	const backoff = line('backoff', ASSUMED_BACKOFF, origins.assumed('how long clients wait between attempts'));
	if (attempts.kind === 'not identifiable') {
		return [line('attempts', 3, origins.assumed(`not identifiable: ${attempts.why}`)), backoff];
	}
	if (attempts.kind === 'estimated') {
		const { most, each, perRequest, interval, assumption, wait } = attempts;
		const per = rangeText(perRequest, interval, (x) => String(x));
		const share = rangeText(each.share, each.interval, (x) => formatShare(Number(x.toPrecision(3))));
		const sends =
			most === null
				? line('attempts', 'unlimited', origins.measured('failures in a row are tried again and again'))
				: line('attempts', most, origins.measured(`after ${most} failures in a row hardly anybody asks again`));
		return [
			sends,
			line(
				'probability',
				formatShare(Number(each.share.toPrecision(3))),
				origins.measured(`${share}, if ${assumption}; ${per} attempts per request`),
			),
			wait === null ? backoff : waitsLine([wait], origins),
		];
	}
	const { perRequest, interval, most, how, waits } = attempts;
	const per =
		interval === null ? String(Number(perRequest.toPrecision(4))) : rangeText(perRequest, interval, (x) => String(x));
	if (most === null) {
		const sends = Math.max(1, Math.ceil(perRequest));
		return [
			line('attempts', sends, origins.measured(`the mean, rounded up: ${per} attempts per request, ${how}`)),
			backoff,
		];
	}
	return [
		line('attempts', most, origins.measured(`the most that is no rarity, ${how}; ${per} attempts per request`)),
		waits.length === 0 ? backoff : waitsLine(waits, origins),
	];
}

function waitsLine(waits: Extract<AttemptsFound, { kind: 'measured' }>['waits'], origins: Origins): Line {
	const laws = waits.map(lawOf);
	const n = waits.map((one) => one.n).join(', ');
	const mean = waits.map(({ law }) => ('meanUs' in law ? formatDuration(law.meanUs) : law.kind)).join(', ');
	return line(
		'backoff',
		{ drawn: laws },
		origins.measured(`from the end of an attempt to the next: ${n} waits (${mean})`),
	);
}
