/** Warns where a measured window is too short for a verdict: what a run could only call undecided is said before it runs. */
import { formatDuration } from '../../kernel/units.js';
import type { World } from '../../model/world.js';
import type { Path } from '../document/yaml-source.js';
import type { ResolveContext } from './context.js';

/** A trigger whose end is fixed before the run; of a rollout it is known only when it begins. */
interface Known {
	readonly name: string;
	readonly toUs: number;
	readonly kind: 'ends' | 'begins';
}

/** Warns of verdicts that no run of this world can give, each with the length of a window that would do. */
export function checkVerdictWindows({ doc, problems }: ResolveContext, world: World): void {
	const last = lastTrigger(world);
	if (last === null) return;
	const { horizonUs, warmUpUs, verdicts } = world;
	const path: Path = doc.until === undefined ? ['duration'] : ['until'];
	const frame: readonly Path[] = [
		['from'],
		['until'],
		['duration'],
		['faults'],
		['traffic'],
		['rollouts'],
		['verdicts'],
	];
	const warn = (verdict: string, windowUs: number): void => {
		if (horizonUs - last.toUs >= windowUs) return;
		const needed = formatDuration(Math.ceil((last.toUs + windowUs - warmUpUs) / 1e6) * 1e6);
		const left = formatDuration(Math.max(0, horizonUs - last.toUs));
		const when = `${last.name} ${last.kind} ${left} before the end of the measured window, ${formatDuration(windowUs)} are needed`;
		problems.warning(path, `${verdict} will be undecided: ${when}; a duration of ${needed} would do`, frame);
	};
	warn('collapsed', verdicts.collapsedLastUs);
	warn('recovered', verdicts.recoveredWindowUs);
}

function lastTrigger({ faults, trafficTriggers, rollouts, horizonUs }: World): Known | null {
	const all: Known[] = [
		...faults.filter(({ fromUs }) => fromUs < horizonUs).map(({ name, toUs }) => ends(`fault ${name}`, toUs)),
		...trafficTriggers
			.filter(({ fromUs }) => fromUs < horizonUs)
			.map(({ name, toUs }) => ends(`traffic ${name}`, toUs)),
		...rollouts
			.filter(({ atUs }) => atUs < horizonUs)
			.map(({ name, atUs }): Known => ({ name: `rollout ${name}`, toUs: atUs, kind: 'begins' })),
	];
	return all.reduce<Known | null>((last, one) => (last === null || one.toUs > last.toUs ? one : last), null);
}

const ends = (name: string, toUs: number): Known => ({ name, toUs, kind: 'ends' });
