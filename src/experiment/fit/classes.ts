/**
 * The classes of a log: its commonest kinds of request by method and path, the others together. Where paths are so many that a dozen of
 * them cover little, they are put together by their first part ("GET /images/*").
 */
import type { Uniform } from '../../kernel/random.js';
import { type ClassCounts, ClassTally } from './observe/class-counts.js';

export interface LogClass {
	/** letters, digits and - */
	readonly name: string;
	/** "GET /api/items" */
	readonly key: string;
	readonly method: string;
	readonly tally: ClassTally;
}

export interface Grouping {
	readonly classes: readonly LogClass[];
	/** "by method and path" */
	readonly how: string;
	/** a count may be short by so many, where kinds had to be put out of memory */
	readonly shortBy: number;
	readonly putOut: number;
}

const MOST_CLASSES = 12;
/** A kind with less than this of the requests is one of the others. */
const LEAST_SHARE = 0.005;
/** A dozen kinds that cover less than this are the wrong kinds. */
const COVERED = 0.8;
export const OTHERS = 'other';

/** @param own the author's own classes are kept as they are */
export function classesOf(book: ClassCounts, own: boolean, uniform: Uniform): Grouping {
	const { shortBy, putOut, rest } = book;
	const tallies = rest.count > 0 ? [...book.tallies, rest] : book.tallies;
	if (own) return { classes: named(tallies), how: 'as --classes says', shortBy, putOut };
	const byPath = grouped(tallies, uniform);
	if (covered(byPath) >= COVERED) return { classes: named(byPath), how: 'by method and path', shortBy, putOut };
	const byFirst = merged(tallies, ({ key }) => firstPart(key), uniform);
	return {
		classes: named(grouped(byFirst, uniform)),
		how: 'by method and the first part of the path',
		shortBy,
		putOut,
	};
}

/** The commonest, and the others as one. */
function grouped(tallies: readonly ClassTally[], uniform: Uniform): ClassTally[] {
	const total = tallies.reduce((sum, { count }) => sum + count, 0);
	const large = tallies
		.filter((tally) => tally.key !== 'rest' && tally.count >= LEAST_SHARE * total)
		.slice(0, MOST_CLASSES - 1)
		.map(({ key }) => key);
	return merged(tallies, ({ key }) => (large.includes(key) ? key : OTHERS), uniform);
}

const covered = (tallies: readonly ClassTally[]): number => {
	const total = tallies.reduce((sum, { count }) => sum + count, 0);
	return tallies.reduce((sum, { key, count }) => (key === OTHERS ? sum : sum + count), 0) / total;
};

function merged(tallies: readonly ClassTally[], keyOf: (tally: ClassTally) => string, uniform: Uniform): ClassTally[] {
	const groups = new Map<string, ClassTally[]>();
	for (const tally of tallies) {
		const key = keyOf(tally);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [tally]);
		else group.push(tally);
	}
	return [...groups]
		.map(([key, group]) => {
			if (group.length === 1 && group[0].key === key) return group[0];
			const sum = new ClassTally(key, commonest(group), uniform, group[0].grid);
			for (const tally of group) sum.absorb(tally);
			return sum;
		})
		.toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** Its method, where one method has most of the requests. */
function commonest(group: readonly ClassTally[]): string {
	return group.reduce((most, one) => (one.count > most.count ? one : most)).method;
}

/** "GET /images/a.gif" becomes "GET /images/*", "GET /a.gif" "GET /*.gif". */
export function firstPart(key: string): string {
	const found = /^(\S+) \/([^/]*)(\/?)/.exec(key);
	if (found === null) return key;
	const [, method, part, slash] = found;
	if (slash === '/') return `${method} /${part}/*`;
	const ending = /\.\w{1,5}$/.exec(part);
	return ending === null ? `${method} /*` : `${method} /*${ending[0]}`;
}

/** Names that a scenario takes, no two alike. */
function named(tallies: readonly ClassTally[]): LogClass[] {
	const taken = new Set<string>();
	return tallies.map((tally) => {
		const plain = tally.key
			.toLowerCase()
			.replace(/[^a-z0-9]+/g, '-')
			.replace(/^-+|-+$/g, '')
			.slice(0, 40);
		const stem = plain === '' ? 'requests' : plain;
		let name = stem;
		for (let k = 2; taken.has(name); k++) name = `${stem}-${k}`;
		taken.add(name);
		return { name, key: tally.key, method: tally.method, tally };
	});
}
