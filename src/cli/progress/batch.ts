/**
 * Tells on standard error how far an experiment is: a line that is written over and over where that is a terminal, nothing
 * where it is not (a CI job), or a JSON object per line for programs.
 */
import type { Laboratory } from '../../experiment/task/task.js';
import { formatRate, formatShare } from '../../kernel/units.js';
import { CLEAR } from '../output/terminal-output.js';
import { fitting } from './line.js';
import { type ShareInterval, Tally, type TallySnapshot } from './progress-count.js';

export const PROGRESS_MODES = ['auto', 'json', 'none'] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

export interface BatchProgress {
	/** the same laboratory, whose results are told as they come */
	readonly watch: (inner: Laboratory) => Laboratory;
	/** @param total how many tasks there will be in all, once that is known; null where it is open */
	readonly plan: (total: number | null) => void;
	/** says the last word (JSON), or wipes the line */
	readonly end: () => void;
}

/** Where progress goes, and the clock it goes by: the process's own unless a test brings others. */
export interface Outlet {
	readonly write: (text: string) => void;
	readonly isTTY: boolean;
	/** width of the terminal */
	readonly columns: number;
	readonly nowMs: () => number;
}

const EVERY_MS = { line: 100, json: 1000 } as const;

const STDERR: Outlet = {
	write: (text) => process.stderr.write(text),
	isTTY: process.stderr.isTTY === true,
	get columns() {
		return process.stderr.columns;
	},
	nowMs: () => performance.now(),
};

/** @param interval how sure the estimate of P(collapsed) is */
export function batchProgress(mode: ProgressMode, interval: ShareInterval, outlet = STDERR): BatchProgress {
	const form = mode === 'json' ? 'json' : mode === 'auto' && outlet.isTTY ? 'line' : null;
	if (form === null) return { watch: (inner) => inner, plan: () => {}, end: () => {} };
	const tally = new Tally(outlet.nowMs(), interval);
	let writtenMs = Number.NEGATIVE_INFINITY;
	const report = (now: boolean): void => {
		const nowMs = outlet.nowMs();
		if (!now && nowMs - writtenMs < EVERY_MS[form]) return;
		writtenMs = nowMs;
		const progress = tally.at(nowMs);
		outlet.write(
			form === 'json' ? `${JSON.stringify(progress)}\n` : CLEAR + fitting(describe(progress), outlet.columns),
		);
	};
	return {
		watch: (inner) => (tasks, onResult) =>
			inner(tasks, (index, result, from) => {
				tally.add(tasks[index], result, from);
				report(false);
				onResult?.(index, result, from);
			}),
		plan: (total) => {
			tally.plan(total);
			if (form === 'line') report(true);
		},
		end: () => (form === 'json' ? report(true) : outlet.write(CLEAR)),
	};
}

/** "37/200  4.1/s  40 s left  P(collapsed) 12% [5.2%, 24%]  1 failed" */
function describe({ done, total, perSecond, secondsLeft, collapsed, failed }: TallySnapshot): string {
	return [
		total === null ? `${done} done` : `${done}/${total}`,
		perSecond === null ? null : formatRate(Number(perSecond.toPrecision(2))),
		secondsLeft === null ? null : `${secondsLeft.toFixed(0)} s left`,
		collapsed === null ? null : describeCollapsed(collapsed),
		failed === 0 ? null : `${failed} failed`,
	]
		.filter((part) => part !== null)
		.join('  ');
}

function describeCollapsed({ hits, of, estimate }: NonNullable<TallySnapshot['collapsed']>): string {
	if (estimate === null) return `${hits} of ${of} collapsed`;
	const [share, low, high] = [estimate.share, estimate.low, estimate.high].map((x) => formatShare(x, 1));
	return `P(collapsed) ${share} [${low}, ${high}]`;
}
