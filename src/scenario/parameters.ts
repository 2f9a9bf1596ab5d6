/** Every value of a scenario with the place it is from, so that a report can say what was assumed, and by whom. */
import { type MapSource, type Origin, type Path, printPath, type SourceNode } from './source.js';

export interface Parameter {
	/** clients.browsers.timeout */
	readonly path: string;
	readonly value: string | number | boolean | null;
	/** the line of the file, the variant it belongs to, or the --set argument */
	readonly origin: string;
	/** what the author wrote beside it, after the # */
	readonly note: string;
}

/** What is told elsewhere: who it is, and what was expected of it. */
const NO_PARAMETERS: readonly string[] = ['name', 'about', 'expect', 'markers', 'variants'];

/** All plain values, in the order of the document. @param text the file, for the notes on its lines */
export function parametersOf(doc: MapSource, text: string): Parameter[] {
	const notes = notesOf(text);
	const found: Parameter[] = [];
	const walk = (node: SourceNode, path: Path): void => {
		if (node.kind === 'map') {
			for (const [key, { node: inner }] of node.entries) {
				if (path.length > 0 || !NO_PARAMETERS.includes(key)) walk(inner, [...path, key]);
			}
		} else if (node.kind === 'list' && node.items.some(({ kind }) => kind !== 'scalar')) {
			for (const [i, item] of node.items.entries()) walk(item, [...path, i]);
		} else {
			const value =
				node.kind === 'list'
					? node.items.map((item) => (item.kind === 'scalar' ? item.value : '')).join(', ')
					: node.value;
			const note = node.at.line === null ? undefined : notes.get(node.at.line);
			found.push({ path: printPath(path), value, origin: originText(node.at), note: note === undefined ? '' : note });
		}
	};
	walk(doc, []);
	return found;
}

function originText({ line, variant, set }: Origin): string {
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
