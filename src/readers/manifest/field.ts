/**
 * A value somewhere in an author's manifest, present or not, that knows where it stands: what is read of it can be named by
 * file and line, and what is wrong with it is refused there.
 */
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import type { Origin, SourceNode } from '../../scenario/document/yaml-source.js';
import { parseGoDuration } from '../text/durations.js';
import { shortened } from './provenance-notes.js';

/** More steps, metrics or templates than this cannot be meant. */
const MAX_ITEMS = 1000;

export class Field {
	constructor(
		readonly file: string,
		/** dotted, empty for the document */
		readonly path: string,
		readonly node: SourceNode | null,
		/** where it stands; of a value that is missing, where the map stands that could have it */
		readonly at: Origin,
		/**
		 * Where values were asked for, in this tree, once it is known whose file it is: then a value where a map should stand is a
		 * mistake, and no absence; null before
		 */
		readonly readKeys: Set<string> | null = null,
	) {}

	/** The same, and all below it, read strictly. */
	get strictly(): Field {
		return new Field(this.file, this.path, this.node, this.at, new Set());
	}

	/** Its place within its tree. */
	get #key(): string {
		return `${this.at.line}:${this.at.column} ${this.path}`;
	}

	/** Looked at as a whole: nothing in it is left over. */
	taken(): void {
		this.readKeys?.add(`${this.#key} and all of it`);
	}

	/** What of this tree, which is read strictly, nobody has asked for: the topmost of each. */
	leftover(): Field[] {
		const { node, readKeys } = this;
		if (readKeys === null || node === null || readKeys.has(`${this.#key} and all of it`)) return [];
		if (node.kind === 'list') return this.items(node.items.length).flatMap((item) => item.leftover());
		if (node.kind !== 'map') return [];
		return [...node.entries.keys()].flatMap((key) => {
			const child = this.#child(key);
			return readKeys.has(child.#key) ? child.leftover() : [child];
		});
	}

	/** `file:line` */
	get place(): string {
		return `${this.file}:${this.at.line}`;
	}

	/** False where nothing was written, or null. */
	get given(): boolean {
		return this.node !== null && !(this.node.kind === 'scalar' && this.node.value === null);
	}

	/** A value of this map, or one that is missing. @throws InvalidScenario read strictly, for something that is no map */
	get(key: string): Field {
		if (this.readKeys !== null && this.given && this.node?.kind !== 'map') throw this.wrong('a map');
		const child = this.#child(key);
		this.readKeys?.add(child.#key);
		return child;
	}

	#child(key: string): Field {
		const path = this.path === '' ? key : `${this.path}.${key}`;
		const entry = this.node?.kind === 'map' ? this.node.entries.get(key) : undefined;
		return entry === undefined
			? new Field(this.file, path, null, this.at, this.readKeys)
			: new Field(this.file, path, entry.node, entry.keyAt, this.readKeys);
	}

	/** Several steps down: `dig('spec.strategy')`. */
	dig(path: string): Field {
		return path.split('.').reduce<Field>((field, key) => field.get(key), this);
	}

	/** The keys and values of a map; none where it is missing. @throws InvalidScenario for something else */
	entries(): [string, Field][] {
		if (!this.given) return [];
		if (this.node?.kind !== 'map') throw this.wrong('a map');
		return [...this.node.entries.keys()].map((key) => [key, this.get(key)]);
	}

	/** The items of a list; none where it is missing. @throws InvalidScenario for something else, and for too many */
	items(most = MAX_ITEMS): Field[] {
		if (!this.given) return [];
		if (this.node?.kind !== 'list') throw this.wrong('a list');
		if (this.node.items.length > most)
			throw this.refused(`found ${this.node.items.length} items, at most ${most} would do`);
		return this.node.items.map((item, i) => new Field(this.file, `${this.path}[${i}]`, item, item.at, this.readKeys));
	}

	/** As written; null where it is missing. @throws InvalidScenario for a map or a list */
	text(): string | null {
		if (!this.given) return null;
		if (this.node?.kind !== 'scalar') throw this.wrong('a text');
		return String(this.node.value);
	}

	/** @throws InvalidScenario where it is missing, or no text */
	needed(like: string): string {
		const text = this.text();
		if (text === null || text === '') throw this.wrong(like);
		return text;
	}

	/** A number, or a text that is one; null where it is missing. @throws InvalidScenario for anything else */
	number(): number | null {
		const text = this.text();
		if (text === null) return null;
		const number = Number(text);
		if (text.trim() === '' || !Number.isFinite(number)) throw this.wrong('a number');
		return number;
	}

	/** @throws InvalidScenario for anything but a whole number from `min` to `max` */
	whole(min: number, max: number): number | null {
		const number = this.number();
		if (number !== null && !(Number.isInteger(number) && number >= min && number <= max)) {
			throw this.wrong(`a whole number from ${min} to ${max}`);
		}
		return number;
	}

	/** @throws InvalidScenario for anything but a number from `min` to `max`, such as a percentage below zero */
	within(min: number, max: number): number | null {
		const number = this.number();
		if (number !== null && !(number >= min && number <= max)) throw this.wrong(`a number from ${min} to ${max}`);
		return number;
	}

	/** As YAML 1.1 has it, which most products read. */
	flag(): boolean {
		return /^(?:true|yes|on)$/i.test(this.text() ?? '');
	}

	/** Microseconds. A bare number counts seconds, as Argo has it. @throws InvalidScenario for anything else */
	durationUs(): number | null {
		const text = this.text();
		if (text === null) return null;
		const us = parseGoDuration(text);
		if (us === null) throw this.wrong('a duration such as 90s, 5m or 1h30m');
		return us;
	}

	/** `x would do`, at this place. */
	wrong(like: string): InvalidScenario {
		return this.refused(`${this.given ? `found ${this.#shown()}` : 'missing'}: ${like} would do`);
	}

	refused(message: string): InvalidScenario {
		const { line, column } = this.at;
		const place = { file: this.file, line, column, set: null };
		return new InvalidScenario([issueAt('error', place, this.path, message)]);
	}

	/** The same place with one text in it: where several fields say what others write as one. */
	as(text: string): Field {
		const node: SourceNode = { kind: 'scalar', value: text, at: this.at };
		return new Field(this.file, this.path, node, this.at, this.readKeys);
	}

	/** The same with every text in it rewritten: where arguments are put in. */
	mapped(rewrite: (text: string) => string): Field {
		return new Field(
			this.file,
			this.path,
			this.node === null ? null : rewritten(this.node, rewrite),
			this.at,
			this.readKeys,
		);
	}

	#shown(): string {
		if (this.node?.kind !== 'scalar') return `a ${this.node?.kind}`;
		const text = JSON.stringify(this.node.value);
		return shortened(text, 60);
	}
}

function rewritten(node: SourceNode, rewrite: (text: string) => string): SourceNode {
	if (node.kind === 'list') return { ...node, items: node.items.map((item) => rewritten(item, rewrite)) };
	if (node.kind === 'scalar') return typeof node.value === 'string' ? { ...node, value: rewrite(node.value) } : node;
	const entries = new Map(
		[...node.entries].map(([key, entry]) => [key, { ...entry, node: rewritten(entry.node, rewrite) }]),
	);
	return { ...node, entries };
}
