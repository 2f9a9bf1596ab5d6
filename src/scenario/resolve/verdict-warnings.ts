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
export function warnOfVerdictWindows({ doc, problems }: ResolveContext, world: World): void {
	const last = lastTrigger(world);
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
		const isShort = horizonUs - warmUpUs < windowUs;
		if (last === null || last.toUs - warmUpUs <= 0) {
			// Who asks for nothing of the kind is not told.
			if (!isShort || !doc.expect.some(({ that }) => that.includes(verdict))) return;
			const judged = formatDuration(windowUs);
			const why = `the measured window is shorter than the ${judged} that are judged`;
			const may = verdict === 'collapsed' ? 'will' : 'may';
			problems.warning(path, `${verdict} ${may} be undecided: ${why}; a duration of ${judged} would do`, frame);
			return;
		}
		if (horizonUs - last.toUs >= windowUs) return;
		if (last.toUs === Number.POSITIVE_INFINITY) {
			problems.warning(path, `${verdict} may be undecided: ${last.name} never ends`, frame);
			return;
		}
		const needed = formatDuration(Math.ceil((last.toUs + windowUs - warmUpUs) / 1e6) * 1e6);
		const left = formatDuration(Math.abs(horizonUs - last.toUs));
		const side = last.toUs > horizonUs ? 'after' : 'before';
		const at = last.toUs === horizonUs ? 'with the measured window' : `${left} ${side} the end of the measured window`;
		// Goodput that stays up, or no impact, may still decide.
		const why = `${last.name} ${last.kind} ${at}, ${formatDuration(windowUs)} are needed after it`;
		problems.warning(path, `${verdict} may be undecided: ${why}; a duration of ${needed} would do`, frame);
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
