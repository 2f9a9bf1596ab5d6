/**
 * Shards of a sweep put together. A point lies in one shard with all its replications, so its line is the same whoever ran
 * it: put in order, the lines are those of one machine. What does not fit together is refused, every folder with its reason.
 */

import { shardOf } from '../../experiment/sweep/designs.js';
import { EXIT, UserError } from '../../kernel/errors.js';
import { labelOf } from '../../scenario/variants.js';
import type { PointRow, SweepSummary } from './summary.js';

export interface Part {
	/** for error texts */
	readonly folder: string;
	readonly summary: SweepSummary;
	/** text of its `manifest.json`: what was asked, which is the same for all shards of a sweep */
	readonly manifest: string;
}

/**
 * @param parts one or more; those that have points in common are fine where they say the same of them
 * @returns the summary that one machine would have written
 * @throws UserError (exit 2) for parts that are partial or of different sweeps, for points that differ, and for points that nobody has
 */
export function mergeSweeps(parts: readonly Part[], version: string): SweepSummary {
	const [first] = parts;
	const wrong = parts.flatMap((part) => complaints(part, first, version));
	if (wrong.length > 0) throw refused(wrong);
	const { total } = first.summary.design;
	const rows: PointRow[] = new Array(total);
	const from: string[] = new Array(total);
	for (const { folder, summary } of parts) {
		for (const row of summary.points) {
			const known = rows[row.point];
			if (known !== undefined && JSON.stringify(known) !== JSON.stringify(row)) {
				wrong.push(
					`${folder}: error: says otherwise of point ${row.point} (${nameOf(first, row)}) than ${from[row.point]}`,
				);
			}
			rows[row.point] = row;
			from[row.point] = folder;
		}
	}
	const missing = Array.from(rows.keys()).filter((point) => rows[point] === undefined);
	if (missing.length > 0)
		wrong.push(`error: found ${total - missing.length} of ${total} points; ${whoIsMissing(parts, missing)}`);
	if (wrong.length > 0) throw refused(wrong);
	return { ...first.summary, partial: parts.some(({ summary }) => summary.partial), shard: null, points: rows };
}

/** Whatever keeps a part from being put together with the first one. */
function complaints({ folder, summary, manifest }: Part, first: Part, version: string): string[] {
	const { design, points } = summary;
	if (summary.version !== version) {
		return [
			`${folder}: error: found a sweep of version ${summary.version}, ${version} would do: they may run otherwise`,
		];
	}
	if (design.hash !== first.summary.design.hash) {
		return [
			`${folder}: error: found another sweep (${aboutOf(summary)}) than in ${first.folder} (${aboutOf(first.summary)})`,
		];
	}
	if (manifest !== first.manifest) {
		return [
			`${folder}: error: found other ${difference(manifest, first.manifest)} in its manifest.json than in ${first.folder}'s`,
		];
	}
	const cut = points.filter(({ interrupted }) => interrupted > 0).length;
	// What limits have stopped would stop there again.
	if (cut === 0) return [];
	return [
		`${folder}: error: found ${shardName(summary)} interrupted, with ${cut} of its ${points.length} points unfinished; sweep --resume ends it`,
	];
}

/** "small, edge.workers x traffic.rate, 12 points from seed 1" */
function aboutOf(summary: SweepSummary): string {
	const { axes, design, seeds } = summary;
	const paths = axes.map(({ path }) => path).join(' x ');
	return `${labelOf(summary)}: ${paths}, ${design.total} points from seed ${seeds.first}`;
}

const shardName = ({ shard }: SweepSummary): string => (shard === null ? 'it' : `shard ${shard.index}/${shard.of}`);

const nameOf = ({ summary: { axes } }: Part, { values }: PointRow): string =>
	axes.map(({ path }, i) => `${path}=${values[i]}`).join(', ');

/** The first entry that two manifests do not share: the scenario's text, the number of replications. */
function difference(a: string, b: string): string {
	const [one, two] = [JSON.parse(a), JSON.parse(b)] as Record<string, unknown>[];
	const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])];
	const key = keys.find((name) => JSON.stringify(one[name]) !== JSON.stringify(two[name]));
	return key === undefined ? 'bytes' : key;
}

/** By the numbers of shards where all parts are of equally many, else by points. */
function whoIsMissing([{ summary }, ...others]: readonly Part[], points: readonly number[]): string {
	const of = summary.shard === null ? 0 : summary.shard.of;
	const alike = others.every(({ summary: { shard } }) => shard !== null && shard.of === of);
	if (of === 0 || !alike) return `missing points ${listed(points)}`;
	const lacking = new Set(points);
	const all = Array.from({ length: summary.design.total }, (_, point) => point);
	const numbers = Array.from({ length: of }, (_, index) => index);
	const shards = numbers.filter((index) => shardOf(all, { index, of }).some((point) => lacking.has(point)));
	const last = shards.includes(0) ? ` (0/${of} is ${of}/${of} where jobs count from 1)` : '';
	return `missing ${shards.length === 1 ? 'shard' : 'shards'} ${listed(shards.map((shard) => `${shard}/${of}`))}${last}`;
}

const MOST_LISTED = 20;

function listed(items: readonly (string | number)[]): string {
	const more = items.length - MOST_LISTED;
	return more > 0 ? `${items.slice(0, MOST_LISTED).join(', ')} and ${more} more` : items.join(', ');
}

const refused = (lines: readonly string[]): UserError => new UserError(lines.join('\n'), EXIT.usage);
