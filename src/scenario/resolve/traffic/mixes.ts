/** Which class a fresh request is of: mixes by name, over time, and what each population makes of them. */
import type { MixPiece } from '../../../model/traffic.js';
import type { Path } from '../../document/yaml-source.js';
import type { ResolveContext } from '../context.js';
import { addUp } from '../shares.js';

export function buildMixes(draft: ResolveContext): readonly MixPiece[] {
	const { doc, problems, time, classes, mixes } = draft;
	const shares = new Map(Object.entries(doc.mixes ?? {}).map(([name, mix]) => [name, mixShares(draft, name, mix)]));
	const one = classes.list.map(() => 1 / classes.list.length);
	if (doc.mix === undefined) {
		if (classes.list.length === 1) return [{ fromUs: 0, mix: 'default', shares: [1] }];
		if (mixes.list.length === 1) return [{ fromUs: 0, mix: mixes.list[0], shares: shares.get(mixes.list[0]) ?? one }];
		const hint =
			mixes.list.length === 0 ? 'mixes: { all: { ... } } and mix: all would do' : `mix: ${mixes.list[0]} would do`;
		problems.error(['classes'], `found ${classes.list.length} classes and no mix in force; ${hint}`, [
			['mix'],
			['mixes'],
		]);
		return [{ fromUs: 0, mix: '', shares: one }];
	}
	const list = typeof doc.mix === 'string' ? [{ atUs: 0, mix: doc.mix, path: ['mix'] as Path }] : [];
	if (typeof doc.mix !== 'string') {
		for (const [i, { at, mix }] of doc.mix.entries()) {
			const atUs = time.at(at, ['mix', i, 'at']);
			const before = list.at(-1);
			if (before === undefined && atUs > time.warmUpUs) {
				problems.error(
					['mix', i, 'at'],
					`found ${at.text} for the first mix, 0s would do: it also holds during the warm-up`,
				);
			}
			if (before !== undefined && atUs <= before.atUs) {
				problems.error(
					['mix', i, 'at'],
					`found ${at.text}, which is not after the one before; instants in order would do`,
				);
			}
			list.push({ atUs, mix, path: ['mix', i, 'mix'] });
		}
	}
	const pieces = list.map(({ atUs, mix, path }, i) => {
		mixes.index(mix, path);
		const known = shares.get(mix);
		return { fromUs: i === 0 ? 0 : Math.max(0, atUs), mix, shares: known === undefined ? one : known };
	});
	// Of several that begin before the run, the last one is in force at its start.
	return pieces.filter((piece, i) => i + 1 === pieces.length || pieces[i + 1].fromUs > piece.fromUs);
}

function mixShares(
	{ problems, classes }: ResolveContext,
	name: string,
	mix: Readonly<Record<string, number>>,
): readonly number[] {
	const shares = classes.list.map(() => 0);
	for (const [className, share] of Object.entries(mix)) {
		const index = classes.index(className, ['mixes', name, className]);
		if (index >= 0) shares[index] = share;
	}
	const isKnown = Object.keys(mix).every((className) => classes.list.includes(className));
	return addUp(isKnown ? shares : Object.values(mix), ['mixes', name], 'shares', problems);
}

/** The classes a population makes of a mix, renormalised; all 0 where it makes none of them. */
export function restrict(shares: readonly number[], classes: readonly number[]): number[] {
	const total = classes.reduce((sum, c) => sum + shares[c], 0);
	return shares.map((share, c) => (total > 0 && classes.includes(c) ? share / total : 0));
}
