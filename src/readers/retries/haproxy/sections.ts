/** HAProxy's configuration as sections of lines: words, quotes and backslashes as in a shell, and # for comments. */
import { InvalidScenario, issueAt } from '../../../scenario/document/issue.js';
import type { Given } from '../../manifest/resources.js';
import type { WrittenField } from '../policy/ledger.js';

/** A line, or one that is missing. */
export interface DirectiveWords extends WrittenField {
	/** 1-based, of its first word */
	readonly column: number;
	readonly words: readonly string[];
}

export interface Section extends DirectiveWords {
	/** `backend`, `defaults`, ... */
	readonly kind: string;
	/** empty where it has none */
	readonly name: string;
	readonly lines: readonly DirectiveWords[];
}

export const SECTIONS = [
	'global',
	'defaults',
	'frontend',
	'backend',
	'listen',
	'userlist',
	'peers',
	'resolvers',
	'mailers',
	'cache',
	'program',
	'ring',
	'http-errors',
	'log-forward',
	'fcgi-app',
	'crt-store',
];

/** @throws InvalidScenario for a line before the first section */
export function readSections({ file, text }: Given): Section[] {
	const sections: (Section & { lines: DirectiveWords[] })[] = [];
	text.split('\n').forEach((raw, i) => {
		const words = wordsOf(raw);
		if (words.length === 0) return;
		const [place, column] = [`${file}:${i + 1}`, raw.search(/\S/) + 1];
		const [kind, name = ''] = words;
		if (SECTIONS.includes(kind)) {
			sections.push({ kind, name, words, place, column, path: kind, lines: [] });
			return;
		}
		const last = sections.at(-1);
		if (last === undefined) {
			const message = `found "${kind}" before any section, defaults or backend would do`;
			throw new InvalidScenario([issueAt('error', { file, line: i + 1, column, set: null }, '', message)]);
		}
		last.lines.push({ words, place, column, path: `${last.kind} ${last.name} ${kind}` });
	});
	return sections;
}

function wordsOf(line: string): string[] {
	const words: string[] = [];
	for (const [found] of line.matchAll(/#.*|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s#"'\\]|["'\\])+/g)) {
		if (found.startsWith('#')) break;
		words.push(found.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, a = '', b = '', c = '') => a + b + c));
	}
	return words;
}

/** @throws InvalidScenario always: `x would do`, where a line stands */
export function wrongLine({ place, column, words }: DirectiveWords, like: string): InvalidScenario {
	const cut = place.lastIndexOf(':');
	const at = { file: place.slice(0, cut), line: Number(place.slice(cut + 1)), column, set: null };
	return new InvalidScenario([issueAt('error', at, '', `found "${words.join(' ')}": ${like} would do`)]);
}
