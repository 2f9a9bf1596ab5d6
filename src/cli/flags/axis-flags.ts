/**
 * `-P path MIN MAX STEP` and `-L path a,b,c`: flags of several words, each as often as there are axes. Commander has flags of
 * one word, or of all words up to the next flag, FILE among them; so the words of an axis are made one before it reads them.
 */
import { Command, Option } from 'commander';
import { readList, readRange, type SweepAxis } from '../../experiment/sweep/axes.js';

export interface AxisFlags {
	/** in the order of the command line */
	readonly axes: SweepAxis[];
	/** the same as words: -P, path, 1, 2, 1 */
	readonly words: string[];
}

export class AxisCommand extends Command {
	override parseOptions(words: string[]) {
		return super.parseOptions(folded(words));
	}
}

/** @returns what the flags say, filled while the command line is read */
export function withAxisFlags(command: AxisCommand): AxisFlags {
	const found: AxisFlags = { axes: [], words: [] };
	const add = (flag: string, words: readonly string[], axis: SweepAxis): string[] => {
		found.axes.push(axis);
		found.words.push(flag, ...words);
		return found.words;
	};
	const range = new Option('-P, --param <path min max step>', 'an axis: from MIN by STEP up to MAX, in one unit');
	const list = new Option('-L, --list <path values>', 'an axis: values with commas between them');
	command.addOption(
		range.argParser((text) => {
			const words = text.trim().split(/\s+/);
			return add('-P', words, readRange(words));
		}),
	);
	command.addOption(
		list.argParser((text) => {
			const [path, ...values] = text.trim().split(/\s+/);
			return add('-L', [path, values.join(' ')], readList(path, values.join(' ')));
		}),
	);
	return found;
}

/** The words of each axis as one word. An axis in quotes is one already. */
export function folded(words: readonly string[]): string[] {
	const noStep = /(^| )--design[ =]lhs( |$)/.test(words.join(' '));
	const result: string[] = [];
	let i = 0;
	while (i < words.length && words[i] !== '--') {
		const flag = words[i++];
		result.push(flag);
		const most = flag === '-P' || flag === '--param' ? 4 : flag === '-L' || flag === '--list' ? 2 : 0;
		const axis: string[] = [];
		while (axis.length < most && i < words.length && !isFlag(words[i]) && !/\s/.test(axis[0] ?? '')) {
			// Where a step may be left out, what follows is one if it looks like one.
			if (axis.length === 3 && noStep && !AMOUNT.test(words[i])) break;
			axis.push(words[i++]);
		}
		if (axis.length > 0) result.push(axis.join(' '));
	}
	return [...result, ...words.slice(i)];
}

const AMOUNT = /^x?-?\d[\d.e]*[A-Za-z/%]*$/;

/** A number below zero is none. */
const isFlag = (word: string): boolean => /^-\D/.test(word);
