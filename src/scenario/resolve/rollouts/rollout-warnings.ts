/** What only the whole world shows of a rollout: stages that no traffic reaches, metrics that nobody produces, gates without samples. */
import { formatDuration } from '../../../kernel/units.js';
import { classTraffic, coverage } from '../../../model/coverage.js';
import type { Check } from '../../../model/gates/gate-check.js';
import type { Metric } from '../../../model/gates/gate-metric.js';
import type { Rollout } from '../../../model/rollout/plan.js';
import { plannedStages, watchedToUs } from '../../../model/rollout/planned-stages.js';
import { totalRate } from '../../../model/traffic.js';
import type { World } from '../../../model/world.js';
import type { Path } from '../../document/yaml-source.js';
import type { ResolveContext } from '../context.js';

/** Warns; the run would show nothing else than that. */
export function warnOfRollouts({ problems, doc }: ResolveContext, world: World): void {
	for (const plan of world.rollouts) {
		const path = ['rollouts', plan.name];
		const written = doc.rollouts?.[plan.name];
		plan.stages.forEach((stage, i) => {
			const at = [...path, 'stages', stage.name];
			if (written?.stages === undefined) return;
			// Before any traffic nothing reaches anybody.
			const isQuiet = world.arrivals.kind === 'curve' && totalRate(world.sources, plan.atUs) === 0;
			if (!isQuiet && coverage(world, plan.change, stage.scope, plan.atUs).traffic === 0) {
				problems.warning([...at, 'scope'], 'no traffic reaches this stage: its regions and platforms have none');
				return;
			}
			const single = written.stages[stage.name]?.gate !== undefined;
			for (const gate of stage.gates) {
				warnOfSamples(gate, plan, i, single ? [...at, 'gate'] : [...at, 'gates', gate.name]);
			}
		});
		warnOfTime(plan, path);
		warnOfPages(plan, path);
		for (const gate of plan.gates) warnOfMetric(gate.metric, [...path, 'gates', gate.name]);
		if (plan.autoRevert !== null) warnOfMetric(plan.autoRevert.metric, [...path, 'autoRevert']);
	}

	/** A check that pages, and nobody whom it could page. */
	function warnOfPages({ stages, gates, autoRevert, people }: Rollout, path: Path): void {
		const own = [...stages.flatMap((stage) => stage.gates), ...gates, ...(autoRevert === null ? [] : [autoRevert])];
		const pages = own.filter(({ onFail }) => onFail === 'page').map(({ name }) => name);
		if (people !== null || pages.length === 0) return;
		const names = [...new Set(pages)].join(', ');
		problems.warning(path, `${names}: onFail: page, and this rollout has no people: a page changes nothing`);
	}

	/** A stage whose tools cannot be done within the run, not even if nothing holds the rollout up. */
	function warnOfTime(plan: Rollout, path: Path): void {
		const { horizonUs, warmUpUs } = world;
		const stages = plannedStages(plan);
		const would = `a duration of ${formatDuration(Math.ceil((watchedToUs(stages, plan.atUs) - warmUpUs) / 1e6) * 1e6)} would do`;
		if (plan.atUs >= horizonUs) {
			problems.warning([...path, 'at'], `the run ends before this rollout begins, and nothing is rolled out; ${would}`);
			return;
		}
		const cut = stages.findIndex(({ doneUs }) => doneUs !== null && doneUs >= horizonUs);
		if (cut < 0) return;
		const { pushUs, doneUs } = stages[cut];
		if (doneUs === null) return;
		const watch = `watched for ${formatDuration(doneUs - pushUs)}`;
		const late =
			pushUs >= horizonUs
				? 'the run ends before this stage is pushed'
				: `this stage is ${watch}, and the run ends ${formatDuration(horizonUs - pushUs)} after its push`;
		problems.warning(
			[...path, 'stages', plan.stages[cut].name],
			`${late}: whether its checks trip may be undecided; ${would}`,
		);
	}

	/** A gate that can never have the samples it asks for. */
	function warnOfSamples(gate: Check, plan: Rollout, stage: number, path: Path): void {
		if (!warnOfMetric(gate.metric, path)) return;
		const { scope, holdUs } = plan.stages[stage];
		if (world.arrivals.kind !== 'curve' || gate.metric.scope !== 'stage') return;
		const spanUs = Math.min(gate.metric.windowUs, holdUs);
		const perSecond = totalRate(world.sources, plan.atUs);
		const reached =
			coverage(world, plan.change, scope, plan.atUs).traffic * classTraffic(world, gate.metric.classes, plan.atUs);
		const expected = (perSecond * reached * spanUs) / 1e6;
		// Retries add to what arrives, but a gate that needs them to have its samples is blind while all is well.
		if (expected >= gate.minSamples) return;
		const found = `about ${Math.round(expected)} first attempts of this stage come in ${formatDuration(spanUs)}`;
		problems.warning(path, `${found}, fewer than minSamples: ${gate.minSamples}; it will have no data`);
	}

	/** False after a warning: nobody makes what it counts. */
	function warnOfMetric({ numerator, retries, classes }: Metric, path: Path): boolean {
		const made = world.mixes.some(({ fromUs }) => classTraffic(world, classes, fromUs) > 0);
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
