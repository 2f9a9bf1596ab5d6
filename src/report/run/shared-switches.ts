/** Several runs on one page share most of their switches: the first has all, each other one those that differ from the first. */
import type { Leaf } from '../page/parts.js';
import type { RunPart } from './page-data.js';

export function withSharedSwitches(runs: readonly RunPart[]): RunPart[] {
	const [first] = runs;
	return runs.map((run, i) => {
		if (i === 0 || run.assumptions.left > 0 || first.assumptions.left > 0) return run;
		const switches = differing(first.assumptions.switches, run.assumptions.switches);
		return { ...run, assumptions: { ...run.assumptions, switches, beyond: first.label } };
	});
}

function differing(base: readonly Leaf[], own: readonly Leaf[]): Leaf[] {
	const known = new Map(base);
	const paths = new Set(own.map(([path]) => path));
	const gone = base.filter(([path]) => !paths.has(path));
	return [
		...own.filter(([path, value]) => known.get(path) !== value),
		...gone.map(([path]): Leaf => [path, 'not in this variant']),
	];
}
