/** A scenario that runs as it is around an imported rollout: the small world of `retrystorm new`, of a size that its weights fit. */
import { formatDuration, formatRate, HOUR, MINUTE } from '../../kernel/units.js';
import { smallWorld } from '../../scenario/starter-template.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import { Block, line, write } from '../manifest/yaml-writer.js';
import { rolloutLine } from './rollout-overlay.js';
import { type Imported, plannedUs } from './stage-lines.js';

const PUSH_US = 2 * MINUTE;
const AFTERWARDS_US = 5 * MINUTE;
/** Longer runs have longer buckets: as long as the warm-up. */
const DAYS_US = 48 * HOUR;
const LONG_BUCKET_US = MINUTE / 2;
const MIN_NODES = 4;
const MAX_NODES = 100;
/** Beyond so many nodes each has one worker, so that a run stays short. */
const MANY_NODES = 20;
const RATE_PER_WORKER = 25;

/** @param all those that will be laid into it as well; it lasts long enough for each */
export function worldAround(imported: Imported, all: readonly Imported[], notes: Notebook): string {
	const from = { place: imported.note.at };
	const nodes = nodesFor(imported.replicas, all);
	const workers = nodes > MANY_NODES ? 1 : 4;
	const plannedToUs = PUSH_US + Math.max(...all.map(plannedUs)) + AFTERWARDS_US;
	// Days of one-second buckets take more memory than a run has.
	const isLong = plannedToUs > DAYS_US;
	const durationUs = isLong ? Math.ceil(plannedToUs / LONG_BUCKET_US) * LONG_BUCKET_US : plannedToUs;
	const record = isLong ? write([line('record', { bucket: formatDuration(LONG_BUCKET_US) })]) : '';
	const why = imported.replicas === null ? 'so many that each weight is a whole number of them' : 'its replicas';
	const head = [
		notes.assumed(
			from,
			`the world is invented: ${nodes} nodes (${why}), 60 % busy, and a change that fails 80 % of the writes`,
		),
		line(
			'change',
			'new-parser',
			notes.assumed(from, 'a change that fails 80 % of the writes, a tenth of the requests'),
		),
		line('at', '09:02', notes.assumed(from, 'two minutes into the measured window')),
	] as const;
	const [invented, change, at] = head;
	const world = smallWorld({
		name: imported.name,
		head: `# Imported from ${imported.file.replace(/\p{Cc}/gu, '?')}. Beside each line stands where it comes from: understood, assumed or asked.\n# ${comment(invented)}`,
		about: `The rollout ${imported.name}, as its manifest has it, in a world that is invented.`,
		duration: formatDuration(durationUs),
		rate: formatRate(RATE_PER_WORKER * workers * nodes),
		nodes,
		workers,
	});
	return `${world}${record}${write([line('rollouts', new Block([rolloutLine(imported.name, [change, at], imported, [])]))])}`;
}

const comment = ({ kind, text }: Note): string => `${kind}: ${text}`;

/** Requests are diverted to as large a share of the nodes, rounded up: a weight that is no whole number of them is another one. */
function nodesFor(replicas: number | null, all: readonly Imported[]): number {
	if (replicas !== null) return Math.min(MAX_NODES, Math.max(1, replicas));
	const percents = all
		.flatMap(({ stages }) => stages)
		.map(({ weight }) => (weight === null ? 100 : Math.round(weight.share * 100)));
	const step = percents.reduce(gcd, 100);
	return Math.max(MIN_NODES, Math.round(100 / Math.max(1, step)));
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
