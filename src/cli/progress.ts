/** One line on standard error while a run goes on: only where it is a terminal, and not with --quiet. */
import type { InlineOptions, Progress } from '../executors/inline.js';
import { formatClock, formatDuration } from '../kernel/units.js';

const EVERY_MS = 100;
const CLEAR = '\r\u001b[2K';

export interface ProgressLine {
	readonly onProgress: InlineOptions['onProgress'];
	/** wipes the line, so that what follows starts clean */
	clear(): void;
}

/** @param clockUs wall-clock time of t = 0 by label; null: offsets are shown */
export function progressLine(quiet: boolean, clockUs: (label: string) => number | null): ProgressLine {
	if (quiet || !process.stderr.isTTY) return { onProgress: undefined, clear: () => {} };
	let lastMs = 0;
	return {
		onProgress: (progress) => {
			if (progress.wallMs - lastMs < EVERY_MS && progress.nowUs < progress.horizonUs && progress.wallMs > lastMs)
				return;
			lastMs = progress.wallMs;
			process.stderr.write(CLEAR + describe(progress, clockUs(progress.label)));
		},
		clear: () => process.stderr.write(CLEAR),
	};
}

function describe(
	{ label, trial, trials, nowUs, horizonUs, events, wallMs }: Progress,
	clockUs: number | null,
): string {
	const at = clockUs === null ? formatDuration(nowUs) : formatClock(clockUs + nowUs);
	const perSecond = events / Math.max(wallMs, 1) / 1000;
	const leftMs = nowUs > 0 ? (wallMs * (horizonUs - nowUs)) / nowUs : 0;
	const which = trials > 1 ? `${trial}/${trials} ` : '';
	return `${which}${label || 'run'}  ${at}  ${perSecond.toFixed(1)} M events/s  ${(leftMs / 1000).toFixed(0)} s left`;
}
