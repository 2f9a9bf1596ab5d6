/** Every value of a scenario with the place it is from and the author's word for its origin, so that a report can say what was assumed. */
import { originIn, originOfAll } from './value-origin.js';
import { type MapSource, type Origin, type Path, printPath, type SourceNode } from './yaml-source.js';

export interface Parameter {
	/** clients.browsers.timeout */
	readonly path: string;
	readonly value: string | number | boolean | null;
	/** published, assumed, calibrated or measured, as the author says it of this value, of its block or of all; '' where nobody does */
	readonly origin: string;
	/** the line of the file, the variant it belongs to, or the --set argument */
	readonly where: string;
	/** what the author wrote beside it, after the # */
	readonly note: string;
}

/** What is told elsewhere: who it is, and what was expected of it. */
const NO_PARAMETERS: readonly string[] = ['name', 'about', 'expect', 'markers', 'variants'];

/** A value, and the lines of the blocks around it, the nearest first. */
interface FoundValue {
	readonly path: Path;
	readonly value: Parameter['value'];
	readonly at: Origin;
	readonly around: readonly number[];
}

/** All plain values, in the order of the document. @param text the file, for the notes on its lines and at its head */
export function parametersOf(doc: MapSource, text: string): Parameter[] {
	const notes = notesOf(text);
	const found = valuesOf(doc);
	const keys = keysByLine(found);
	const all = originOfAll(headComment(text));
	const noteAt = (line: number | null): string => (line === null ? '' : (notes.get(line) ?? ''));
	const originOf = ({ path, at, around }: FoundValue): string => {
		// Who sets a value by hand has not said where it is from.
		if (at.set !== null) return '';
		const steps = path.map(String);
		for (const line of new Set([...(at.line === null ? [] : [at.line]), ...around])) {
			const words = originIn(noteAt(line), steps, keys.get(line) ?? new Set());
			if (words.length > 0) return words.join(' or ');
		}
		return all ?? '';
	};
	return found.map((one) => ({
		path: printPath(one.path),
		value: one.value,
		origin: originOf(one),
		where: whereText(one.at),
		note: noteAt(one.at.line),
	}));
}

function valuesOf(doc: MapSource): FoundValue[] {
	const found: FoundValue[] = [];
	const walk = (node: SourceNode, path: Path, around: readonly number[]): void => {
		if (node.kind === 'map') {
			for (const [key, { keyAt, node: inner }] of node.entries) {
				if (path.length === 0 && NO_PARAMETERS.includes(key)) continue;
				walk(inner, [...path, key], keyAt.line === null ? around : [keyAt.line, ...around]);
			}
		} else if (node.kind === 'list' && node.items.some(({ kind }) => kind !== 'scalar')) {
			for (const [i, item] of node.items.entries()) walk(item, [...path, i], around);
		} else {
			const value =
				node.kind === 'list'
					? node.items.map((item) => (item.kind === 'scalar' ? item.value : '')).join(', ')
					: node.value;
			found.push({ path, value, at: node.at, around });
		}
	};
	walk(doc, [], []);
	return found;
}

/** The names that a comment on a line may mean. */
function keysByLine(found: readonly FoundValue[]): ReadonlyMap<number, ReadonlySet<string>> {
	const keys = new Map<number, Set<string>>();
	for (const { path, at, around } of found) {
		for (const line of [...(at.line === null ? [] : [at.line]), ...around]) {
			const known = keys.get(line) ?? new Set();
			for (const step of path) known.add(String(step));
			keys.set(line, known);
		}
	}
	return keys;
}

function whereText({ line, variant, set }: Origin): string {
	if (set !== null) return `--set ${set}`;
	const where = line === null ? '' : `line ${line}`;
	return variant === null ? where : `variant ${variant}, ${where}`;
}

/** What stands behind a # on each line; a # inside quotes is none. */
function notesOf(text: string): ReadonlyMap<number, string> {
	const notes = new Map<number, string>();
	for (const [i, line] of text.split('\n').entries()) {
		const match = /^(?:[^#"']|"[^"]*"|'[^']*'|(?<=\S)#)*\s#\s*(.*)$/.exec(line);
		if (match !== null) notes.set(i + 1, match[1].trim());
	}
	return notes;
}

/** The comment at the head of a file, where authors say what is published, assumed and calibrated. Lines for editors are left out. */
export function headComment(text: string): string {
	const lines: string[] = [];
	for (const line of text.split('\n')) {
		if (!line.startsWith('#')) break;
		if (!/^#\s*yaml-language-server/.test(line)) lines.push(line.replace(/^# ?/, ''));
	}
	return lines.join('\n').trim();
}
