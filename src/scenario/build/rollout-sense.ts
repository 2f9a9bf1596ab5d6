/** What only the whole world shows of a rollout: stages that no traffic reaches, metrics that nobody produces, gates without samples. */
import { formatDuration } from '../../kernel/units.js';
import type { Check } from '../../model/gates/check.js';
import type { Metric } from '../../model/monitor.js';
import type { Rollout, StageScope } from '../../model/rollout-plan.js';
import { rateAt } from '../../model/traffic.js';
import type { World } from '../../model/world.js';
import type { Path } from '../source.js';
import type { Draft } from './draft.js';
import { restrict } from './mixes.js';

/** Warns; the run would show nothing else than that. */
export function checkRollouts({ problems, doc }: Draft, world: World): void {
	for (const plan of world.rollouts) {
		const path = ['rollouts', plan.name];
		const written = doc.rollouts?.[plan.name];
		plan.stages.forEach((stage, i) => {
			const at = [...path, 'stages', stage.name];
			if (written?.stages === undefined) return;
			if (shareReached(world, stage.scope) === 0) {
				problems.warning([...at, 'scope'], 'no traffic reaches this stage: its regions and platforms have none');
				return;
			}
			const single = written.stages[stage.name]?.gate !== undefined;
			for (const gate of stage.gates) {
				checkSamples(gate, plan, i, single ? [...at, 'gate'] : [...at, 'gates', gate.name]);
			}
		});
		for (const gate of plan.gates) checkMetric(gate.metric, [...path, 'gates', gate.name]);
		if (plan.autoRevert !== null) checkMetric(plan.autoRevert.metric, [...path, 'autoRevert']);
	}

	/** A gate that can never have the samples it asks for. */
	function checkSamples(gate: Check, plan: Rollout, stage: number, path: Path): void {
		if (!checkMetric(gate.metric, path)) return;
		const { scope, holdUs } = plan.stages[stage];
		if (world.arrivals.kind !== 'curve' || gate.metric.scope !== 'stage') return;
		const spanUs = Math.min(gate.metric.windowUs, holdUs);
		const perSecond = world.sources.reduce((sum, { curve }) => sum + rateAt(curve, plan.atUs), 0);
		const expected = (perSecond * shareReached(world, scope, gate.metric) * spanUs) / 1e6;
		// Retries add to what arrives, but a gate that needs them to have its samples is blind while all is well.
		if (expected >= gate.minSamples) return;
		const found = `about ${Math.round(expected)} first attempts of this stage come in ${formatDuration(spanUs)}`;
		problems.warning(path, `${found}, fewer than minSamples: ${gate.minSamples}; it will have no data`);
	}

	/** False after a warning: nobody makes what it counts. */
	function checkMetric({ numerator, retries, classes }: Metric, path: Path): boolean {
		const made = world.mixes.some(({ shares }) =>
			world.populations.some(
				({ classes: own, share }) =>
					share > 0 && restrict(shares, own).some((s, c) => s > 0 && (classes === null || classes[c])),
			),
		);
		if (!made) {
			problems.warning([...path, 'class'], 'nobody makes requests of these classes: it will have no data');
			return false;
		}
		if (numerator !== 'retries') return true;
		const tries = world.populations.flatMap(({ layers }) => layers).filter(({ attempts }) => attempts > 1);
		if (tries.some(({ marked }) => retries === 'all' || marked)) return true;
		const who = tries.length === 0 ? 'no client tries again' : 'no retry is marked';
		problems.warning(
			path,
			`${who}: there are no ${retries === 'marked' ? 'marked ' : ''}retries to count, and it always passes`,
		);
		return false;
	}
}

/** Share of the fresh requests that the nodes of a stage get, 0..1, of some classes alone where a metric asks for them. */
function shareReached(world: World, scope: StageScope, metric: Pick<Metric, 'classes'> = { classes: null }): number {
	const { regions, platforms, nodeShare, requestShare, requestMode } = scope;
	let sum = 0;
	for (const source of world.sources) {
		if (regions !== null && !regions[source.region]) continue;
		const onPlatforms = world.regions[source.region].platformShares.reduce(
			(total, share, p) => total + (platforms === null || platforms[p] ? share : 0),
			0,
		);
		const mix = restrict(world.mixes[0].shares, world.populations[source.population].classes);
		const ofClasses = mix.reduce(
			(total, share, c) => total + (metric.classes === null || metric.classes[c] ? share : 0),
			0,
		);
		sum += source.share * onPlatforms * ofClasses;
	}
	return sum * (requestMode === 'divert' && requestShare < 1 ? requestShare : nodeShare);
}
