/**
 * The steps of an Argo canary, walked one by one: weights open stages, pauses hold them, analyses put checks into them and
 * hold them as long as they take.
 */
import { formatDuration, formatShare } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import type { Resource } from '../manifest/resources.js';
import type { Answers } from '../rollouts/import-answers.js';
import type { StageDraft, StageGate, Waiting } from '../rollouts/stage-lines.js';
import type { VersionName } from '../rollouts/version-names.js';
import { type ArgoCheck, argoCheck, type CheckPlace, ERROR_RETRY_US } from './argo-analysis.js';
import { argoMetrics } from './argo-metrics.js';
import { type Pods, podShare } from './pods.js';

/** What a walk goes through, and whom it asks. */
export interface StepContext {
	/** `spec.strategy.canary` */
	readonly canary: Field;
	readonly pods: Pods;
	readonly resources: readonly Resource[];
	readonly answers: Answers;
	readonly notes: Notebook;
}

export interface OpenStage extends StageDraft {
	readonly hold: Waiting[];
	approval: Waiting | null;
	readonly gates: StageGate[];
	readonly above: Note[];
	/** from its start to where the walk stands */
	elapsedUs: number;
}

/** Steps without a counterpart. */
const SAID: ReadonlyMap<string, string> = new Map([
	['experiment', 'an experiment runs versions of its own beside the rollout; the step is left out'],
	['setCanaryScale', 'pods follow the weight here; a scale of its own is left out'],
	['setHeaderRoute', 'requests are not told apart by header; the route is left out'],
	['setMirrorRoute', 'mirrored requests are not made; the route is left out'],
	['plugin', 'what a plugin does is not known; the step is left out'],
	['replicaProgressThreshold', 'pods are ready at once here'],
]);

export class StepWalk {
	readonly stages: OpenStage[] = [];
	/** where the walk stood as each step began: the stage's index (-1 before the first), and the time in it */
	readonly begun: { readonly stage: number; readonly elapsedUs: number }[] = [];
	readonly #names = new Set<string>();

	constructor(private readonly terrain: StepContext) {
		for (const step of terrain.canary.get('steps').items()) this.#step(step);
	}

	/** A stage after the last step. */
	close(wanted: string, note: Note, propagation: StageDraft['propagation']): void {
		this.stages.push({ ...this.#fresh(wanted, null, note), propagation });
	}

	#step(step: Field): void {
		const before = this.stages.length;
		const elapsedUs = this.now === null ? 0 : this.now.elapsedUs;
		for (const [key, field] of step.entries()) {
			if (key === 'setWeight') this.#weight(field);
			else if (key === 'pause') this.#pause(field);
			else if (key === 'analysis') this.#analysis(field);
			else {
				const text = SAID.has(key) ? `${key}: ${SAID.get(key)}` : `${key} is no step that is known here`;
				this.terrain.notes.unexpressed(field, text);
				field.taken();
			}
		}
		const opened = this.stages.length > before;
		this.begun.push({ stage: this.stages.length - 1, elapsedUs: opened ? 0 : elapsedUs });
	}

	get now(): OpenStage | null {
		return this.stages.at(-1) ?? null;
	}

	#weight(field: Field): void {
		const most = this.terrain.canary.dig('trafficRouting.maxTrafficWeight').whole(1, 1_000_000) ?? 100;
		const weight = field.whole(0, most);
		if (weight === null) throw field.wrong(`a whole number from 0 to ${most}`);
		const share = this.terrain.pods.routed ? weight / most : podShare(this.terrain.pods, (100 * weight) / most);
		const before = this.now === null ? 0 : shareOf(this.now);
		if (share < before || share === 0) {
			const why = share === 0 ? 'nobody meets the new version at it' : 'a stage reaches no less than the one before';
			this.terrain.notes.unexpressed(field, `setWeight: ${weight} is left out: ${why}`);
		} else if (share > before) this.#open(field, weight, share);
	}

	#open(field: Field, weight: number, share: number): void {
		const { routed, replicas } = this.terrain.pods;
		const pods = `; without trafficRouting it is one of pods: ${formatShare(Math.round(share * 1000) / 1000)} of ${replicas}, the nearest that Argo finds`;
		const note = this.terrain.notes.understood(field, `setWeight: ${weight}${routed ? '' : pods}`);
		const of = routed ? ('requests' as const) : ('nodes' as const);
		this.stages.push(
			this.#fresh(share === 1 ? 'everywhere' : `weight-${weight}`, share === 1 ? null : { of, share }, note),
		);
	}

	#fresh(wanted: string, weight: StageDraft['weight'], note: Note): OpenStage {
		const name = freeName(wanted, this.#names);
		this.#names.add(name);
		return { name, weight, note, propagation: null, hold: [], approval: null, gates: [], above: [], elapsedUs: 0 };
	}

	/** The stage that takes more time; one that a person has just let go on is followed by another of the same weight. */
	#goingOn(field: Field): OpenStage | null {
		const now = this.now;
		if (now === null) {
			this.terrain.notes.unexpressed(
				field,
				'before the first weight nobody meets the new version; the step is left out',
			);
			field.taken();
			return null;
		}
		if (now.approval === null) return now;
		const note = this.terrain.notes.understood(field, 'the same weight, after the approval');
		const stage = this.#fresh(now.name, now.weight, note);
		this.stages.push(stage);
		return stage;
	}

	#pause(field: Field): void {
		const duration = field.get('duration');
		const us = duration.durationUs();
		const stage = this.#goingOn(field);
		if (stage === null) return;
		if (us !== null) {
			stage.hold.push({ us, note: this.terrain.notes.understood(duration, `pause: ${duration.text()}`) });
			stage.elapsedUs += us;
			return;
		}
		const { approvalUs, said } = this.terrain.answers;
		const text = `a pause without a duration waits for a person: ${formatDuration(approvalUs)}`;
		const note = said.approval
			? this.terrain.notes.understood(field, `${text}, as --approval says`)
			: this.terrain.notes.asked(field, `${text} is a guess; say how long with --approval`);
		stage.approval = { us: approvalUs, note };
	}

	#analysis(field: Field): void {
		const stage = this.#goingOn(field);
		if (stage === null) return;
		const offsetUs = stage.elapsedUs;
		const { checks, lastsUs } = checksOf(this.terrain, field, { offsetUs, step: true }, stage.above);
		const taken = new Set(stage.gates.map(({ name }) => name));
		for (const check of checks) {
			const name = freeName(check.name, taken);
			taken.add(name);
			stage.gates.push({ name, lines: check.lines, note: check.note });
		}
		if (checks.length === 0 && lastsUs === 0) return;
		stage.elapsedUs += Math.max(lastsUs, this.#least(field, stage, lastsUs));
		const text = `analysis: until its last measurement, ${formatDuration(lastsUs)} after it began`;
		stage.hold.push({ us: stage.elapsedUs - offsetUs, note: this.terrain.notes.understood(field, text) });
	}

	/** A check needs a hold to look at: one measured as the weight changes sees nothing, and Argo asks again in 10 s. */
	#least(field: Field, stage: OpenStage, lastsUs: number): number {
		if (stage.elapsedUs + lastsUs > 0) return 0;
		this.terrain.notes.assumed(
			field,
			'nothing is seen yet as the weight changes: the 10 s until Argo asks again are waited for',
		);
		return ERROR_RETRY_US;
	}
}

const shareOf = ({ weight }: StageDraft): number => (weight === null ? 1 : weight.share);

/** The checks of an analysis; `questions` gets the questions that stand in the way of others, and `lastsUs` counts those too. */
export function checksOf(
	{ canary, resources, answers, notes }: StepContext,
	analysis: Field,
	place: CheckPlace,
	questions: Note[],
): { readonly checks: ArgoCheck[]; readonly lastsUs: number } {
	const services = {
		canary: canary.get('canaryService').text(),
		stable: canary.get('stableService').text(),
		labels: { canary: labelsOf(canary.get('canaryMetadata')), stable: labelsOf(canary.get('stableMetadata')) },
	};
	const all = argoMetrics(analysis, resources, answers).map((metric) =>
		argoCheck(metric, place, services, answers, notes),
	);
	const checks = all.flatMap((each) => ('question' in each ? [] : [each]));
	for (const each of all) if ('question' in each) questions.push(each.question);
	return { checks, lastsUs: Math.max(0, ...all.map(({ lastsUs }) => (lastsUs === null ? 0 : lastsUs))) };
}

/** Labels that only the pods of one version bear, as Prometheus writes their names. */
const labelsOf = (metadata: Field): VersionName[] =>
	metadata
		.get('labels')
		.entries()
		.map(([key, value]) => ({ text: value.text() ?? '', label: key.replace(/\W/g, '_') }))
		.filter(({ text }) => text !== '');
