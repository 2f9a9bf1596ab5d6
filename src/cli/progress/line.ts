/** One line on standard error while a run goes on: only where it is a terminal, and not with --quiet. */
import type { InlineOptions, Progress } from '../../executors/inline.js';
import { printable } from '../../kernel/printable.js';
import { formatClock, formatDuration, SECOND } from '../../kernel/units.js';
import { CLEAR } from '../output/terminal-output.js';

const EVERY_MS = 100;

export interface ProgressLine {
	readonly onProgress: InlineOptions['onProgress'];
	/** wipes the line, so that what follows starts clean */
	clear(): void;
}

/** @param clockUs wall-clock time of t = 0; null: offsets are shown */
export function progressLine(quiet: boolean, clockUs: number | null): ProgressLine {
	if (quiet || !process.stderr.isTTY) return { onProgress: undefined, clear: () => {} };
	let shown: { readonly trial: number; readonly wallMs: number } | null = null;
	return {
		onProgress: (progress) => {
			const { trial, wallMs, nowUs, horizonUs } = progress;
			if (shown?.trial === trial && wallMs - shown.wallMs < EVERY_MS && nowUs < horizonUs) return;
			shown = { trial, wallMs };
			process.stderr.write(CLEAR + fitting(describe(progress, clockUs), process.stderr.columns));
		},
		clear: () => process.stderr.write(CLEAR),
	};
}

/** As much of a line as the terminal has room for: a longer one would wrap, and the next one wipe only its last row. */
export const fitting = (line: string, columns: number): string => printable(line).slice(0, Math.max(1, columns - 1));

function describe(
	{ label, trial, trials, nowUs, horizonUs, events, wallMs }: Progress,
	clockUs: number | null,
): string {
	const at =
		clockUs === null ? formatDuration(nowUs, SECOND) : formatClock(clockUs + Math.floor(nowUs / SECOND) * SECOND);
	const perSecond = events / Math.max(wallMs, 1) / 1000;
	const leftMs = nowUs > 0 ? (wallMs * (horizonUs - nowUs)) / nowUs : 0;
	const which = trials > 1 ? `${trial}/${trials} ` : '';
	return `${which}${label}  ${at}  ${perSecond.toFixed(1)} M events/s  ${(leftMs / 1000).toFixed(0)} s left`;
}
