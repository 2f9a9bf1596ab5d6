/**
 * Lays an imported rollout into a scenario as a variant: the author's text stays as it is, comments and all, and a variant
 * named after the resource takes the place of the base's own rollouts.
 */
import { isMap, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { Bug } from '../../kernel/errors.js';
import { formatDuration, formatShare, MINUTE } from '../../kernel/units.js';
import { NO_CHANGE, NO_TRIGGER } from '../../metrics/expectation.js';
import { shareOf } from '../../model/node-selection.js';
import type { World } from '../../model/world.js';
import { readSource, toPlain } from '../../scenario/document/yaml-source.js';
import { BASE, variantNames } from '../../scenario/variants.js';
import { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Notebook } from '../manifest/provenance-notes.js';
import { Block, type Line, line, type Plain, write } from '../manifest/yaml-writer.js';
import { type Imported, plannedUs, stageLines } from './stage-lines.js';

/** A scenario's text, its name in messages, and what it comes to. */
export interface Base {
	readonly file: string;
	readonly text: string;
	/** null for one that was made for what is laid into it */
	readonly world: World | null;
}

export interface OverlaidVariant {
	readonly text: string;
	/** of the variant */
	readonly variant: string;
}

/** @returns the base, which must be a scenario, with one variant more */
export function layInto({ file, text: under, world }: Base, imported: Imported, notes: Notebook): OverlaidVariant {
	const source = readSource(under, file);
	const root = new Field(file, '', source, source.at);
	const variant = freeName(imported.name, new Set([BASE, NO_CHANGE, NO_TRIGGER, ...variantNames(source)]));
	if (world !== null) misfits(root, world, imported, notes);
	const about = `The rollout of ${imported.file.replaceAll(/[^\w./-]/g, '_')} in place of the base's own.`;
	const lines = [line('about', about), ...changeLines(root, world, imported, notes)];
	const text = withVariant(under, variant, lines);
	return { text, variant };
}

/** A minute into the measured window, or a tenth where that is less. */
const startUs = (world: World | null): number =>
	world === null ? MINUTE : Math.min(MINUTE, Math.round((world.horizonUs - world.warmUpUs) / 10));

/** What the base is too short or too small for. */
function misfits(root: Field, world: World, imported: Imported, notes: Notebook): void {
	const takesUs = plannedUs(imported);
	if (takesUs > world.horizonUs - world.warmUpUs) {
		const text = `the stages take ${formatDuration(takesUs)}, more than the base measures: what comes later is cut off`;
		notes.assumed(root.get('duration').given ? root.get('duration') : root, text);
	}
	const shares = imported.stages.flatMap(({ weight }) => (weight === null || weight.share === 1 ? [] : [weight.share]));
	const smallest = Math.min(...world.groups.map(({ nodes }) => nodes));
	const rough = shares.find((share) => Math.abs(shareOf(smallest, share) / smallest - share) > share / 2);
	if (rough === undefined) return;
	const whole = formatShare(shareOf(smallest, rough) / smallest);
	const text = `nodes are whole: ${formatShare(rough)} of a group of ${smallest} is ${whole} of it; \`mode: flag\` keeps to the share of requests`;
	notes.assumed(root.get('edge').given ? root.get('edge') : root, text);
}

/** `rollouts`, and `changes` where the base has none to roll out. */
function changeLines(root: Field, world: World | null, imported: Imported, notes: Notebook): Line[] {
	const own = root.get('rollouts').entries();
	const replaced = own.map(([name]) => line(name, null));
	const name = freeName(imported.name, new Set(own.map(([each]) => each)));
	if (own.length > 0) {
		const [first, field] = own[0];
		const change = field.get('change').text() ?? first;
		const at = field.get('at').text() ?? '60s';
		const people = field.get('people');
		const from = world === null ? { place: imported.note.at } : field;
		const head = [
			line('change', change, notes.assumed(from, `the change of the rollout ${first}, which it takes the place of`)),
			line('at', at, notes.assumed(world === null ? from : field.get('at'), `when ${first} would have begun`)),
		];
		const tail = people.given ? [line('people', plain(people), notes.assumed(people, "the base's people stay"))] : [];
		return [line('rollouts', new Block([...replaced, rolloutLine(name, head, imported, tail)]))];
	}
	const changes = root.get('changes');
	const [known] = changes.entries();
	const text = known === undefined ? 'the base has no change: a harmless one travels' : `the first change of the base`;
	const head = [
		line('change', known === undefined ? name : known[0], notes.assumed(changes, text)),
		line('at', formatDuration(startUs(world)), notes.assumed(root, 'soon after the measured window begins')),
	];
	const harmless = known === undefined ? [line('changes', { [name]: {} })] : [];
	return [...harmless, line('rollouts', new Block([rolloutLine(name, head, imported, [])]))];
}

/** A rollout with what says which change begins when. */
export function rolloutLine(name: string, head: readonly Line[], imported: Imported, tail: readonly Line[]): Line {
	return line(name, new Block([...head, ...stageLines(imported), imported.revert, ...tail]), imported.note);
}

/** A value of the base, to be written once more. */
export function plain({ node }: Field): Plain {
	if (node === null) return null;
	// What a scenario says is JSON, and so are our lines.
	return JSON.parse(JSON.stringify(toPlain(node)));
}

/** The text with one variant more, at the end of those there are. */
export function withVariant(text: string, name: string, lines: readonly Line[]): string {
	const variants = variantsOf(text);
	const ended = text.endsWith('\n') ? text : `${text}\n`;
	if (variants === null) return `${ended}variants:\n${write([line(name, new Block(lines))], 1)}`;
	const { map, end } = variants;
	if (map === null) throw new Bug('a scenario that loads has variants that are no map');
	if (map.flow) return reflowed(text, name, lines);
	const indent = indentOf(text, map);
	const block = write([line(name, new Block(lines))], 0)
		.split('\n')
		.map((each) => (each === '' ? '' : `${indent}${each}`))
		.join('\n');
	const cut = startOfLine(ended, end);
	return `${ended.slice(0, cut)}${block}${ended.slice(cut)}`;
}

function variantsOf(text: string): { map: YAMLMap | null; end: number } | null {
	const { contents } = parseDocument(text, { version: '1.2' });
	if (!isMap(contents)) return null;
	const pair: Pair | undefined = contents.items.find(({ key }) => String(key) === 'variants');
	if (pair === undefined) return null;
	const { value } = pair;
	if (!isMap(value) || value.range === undefined || value.range === null) return { map: null, end: text.length };
	return { map: value, end: value.range[1] };
}

/** The first place at or after `offset` where a line begins. */
function startOfLine(text: string, offset: number): number {
	if (offset > 0 && text[offset - 1] === '\n') return offset;
	const next = text.indexOf('\n', offset);
	return next === -1 ? text.length : next + 1;
}

function indentOf(text: string, { range }: YAMLMap): string {
	const start = range === undefined || range === null ? 0 : range[0];
	return ' '.repeat(start - text.lastIndexOf('\n', start - 1) - 1);
}

/** Variants in braces: the document is written anew, and keeps its comments if not its look. */
function reflowed(text: string, name: string, lines: readonly Line[]): string {
	const document = parseDocument(text, { version: '1.2' });
	document.setIn(['variants', name], document.createNode(parseDocument(write(lines)).toJS()));
	return document.toString({ lineWidth: 0 });
}
