/**
 * An Argo Rollout as stages and checks. Its steps are a walk: weights open stages, pauses hold them, analyses put checks into
 * them and hold them as long as they take.
 */
import { formatDuration, formatShare } from '../kernel/units.js';
import type { Answers } from './answers.js';
import { type ArgoCheck, argoCheck, ERROR_RETRY_US, type Services } from './argo-check.js';
import { argoMetrics } from './argo-metrics.js';
import { type Pods, podShare, podsOf, rollingUpdate } from './argo-pods.js';
import type { Field } from './field.js';
import { line } from './lines.js';
import type { Resource } from './manifest.js';
import { freeName } from './names.js';
import type { Note, Notebook } from './notes.js';
import type { Gate, Imported, StageDraft, Waiting } from './stages.js';

interface OpenStage extends StageDraft {
	readonly hold: Waiting[];
	approval: Waiting | null;
	readonly gates: Gate[];
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

/** @throws InvalidScenario for a field that is of no use, and for a template that is not given */
export function importArgo(
	rollout: Resource,
	resources: readonly Resource[],
	answers: Answers,
	notes: Notebook,
): Imported {
	return new Walk(rollout, resources, answers, notes).imported();
}

export const hasCanary = ({ body }: Resource): boolean => body.dig('spec.strategy.canary').given;

class Walk {
	readonly #canary: Field;
	readonly #pods: Pods;
	readonly #stages: OpenStage[] = [];
	readonly #names = new Set<string>();
	/** where the walk stood as each step began: the stage's index (-1 before the first), and the time in it */
	readonly #begun: { stage: number; elapsedUs: number }[] = [];
	readonly #asked: Note[] = [];

	constructor(
		private readonly rollout: Resource,
		private readonly resources: readonly Resource[],
		private readonly answers: Answers,
		private readonly notes: Notebook,
	) {
		this.#canary = rollout.body.dig('spec.strategy.canary');
		this.#pods = podsOf(rollout, resources);
	}

	imported(): Imported {
		const { rollout, notes } = this;
		const note = notes.understood(rollout.body, `Rollout ${rollout.name} of Argo`);
		const steps = this.#canary.get('steps').items();
		for (const step of steps) this.#step(step);
		this.#last(steps.length);
		const gates = this.#background(steps.length);
		this.#aside();
		return {
			name: freeName(rollout.name, new Set()),
			file: rollout.body.file,
			note,
			stages: this.#stages,
			gates,
			asked: this.#asked,
			revert: this.#revert(),
			replicas: this.#pods.routed ? null : this.#pods.replicas,
		};
	}

	#step(step: Field): void {
		const before = this.#stages.length;
		const elapsedUs = this.#now === null ? 0 : this.#now.elapsedUs;
		for (const [key, field] of step.entries()) {
			if (key === 'setWeight') this.#weight(field);
			else if (key === 'pause') this.#pause(field);
			else if (key === 'analysis') this.#analysis(field);
			else
				this.notes.unexpressed(
					field,
					SAID.has(key) ? `${key}: ${SAID.get(key)}` : `${key} is no step that is known here`,
				);
		}
		const opened = this.#stages.length > before;
		this.#begun.push({ stage: this.#stages.length - 1, elapsedUs: opened ? 0 : elapsedUs });
	}

	get #now(): OpenStage | null {
		return this.#stages.at(-1) ?? null;
	}

	#weight(field: Field): void {
		const most = this.#canary.dig('trafficRouting.maxTrafficWeight').whole(1, 1_000_000) ?? 100;
		const weight = field.whole(0, most);
		if (weight === null) throw field.wrong(`a whole number from 0 to ${most}`);
		const share = this.#pods.routed ? weight / most : podShare(this.#pods, (100 * weight) / most);
		const before = this.#now === null ? 0 : shareOf(this.#now);
		if (share < before || share === 0) {
			const why = share === 0 ? 'nobody meets the new version at it' : 'a stage reaches no less than the one before';
			this.notes.unexpressed(field, `setWeight: ${weight} is left out: ${why}`);
		} else if (share > before) this.#open(field, weight, share);
	}

	#open(field: Field, weight: number, share: number): void {
		const { routed, replicas } = this.#pods;
		const pods = `; without trafficRouting it is one of pods: ${formatShare(Math.round(share * 1000) / 1000)} of ${replicas}, the nearest that Argo finds`;
		const note = this.notes.understood(field, `setWeight: ${weight}${routed ? '' : pods}`);
		const of = routed ? ('requests' as const) : ('nodes' as const);
		this.#stages.push(
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
		const now = this.#now;
		if (now === null) {
			this.notes.unexpressed(field, 'before the first weight nobody meets the new version; the step is left out');
			return null;
		}
		if (now.approval === null) return now;
		const note = this.notes.understood(field, 'the same weight, after the approval');
		const stage = this.#fresh(now.name, now.weight, note);
		this.#stages.push(stage);
		return stage;
	}

	#pause(field: Field): void {
		const duration = field.get('duration');
		const us = duration.durationUs();
		const stage = this.#goingOn(field);
		if (stage === null) return;
		if (us !== null) {
			stage.hold.push({ us, note: this.notes.understood(duration, `pause: ${duration.text()}`) });
			stage.elapsedUs += us;
			return;
		}
		const { approvalUs, said } = this.answers;
		const text = `a pause without a duration waits for a person: ${formatDuration(approvalUs)}`;
		const note = said.approval
			? this.notes.understood(field, `${text}, as --approval says`)
			: this.notes.asked(field, `${text} is a guess; say how long with --approval`);
		stage.approval = { us: approvalUs, note };
	}

	#analysis(field: Field): void {
		const stage = this.#goingOn(field);
		if (stage === null) return;
		const offsetUs = stage.elapsedUs;
		const checks = this.#checks(field, { offsetUs, step: true }, stage.above);
		const taken = new Set(stage.gates.map(({ name }) => name));
		for (const check of checks) {
			const name = freeName(check.name, taken);
			taken.add(name);
			stage.gates.push({ name, lines: check.lines, note: check.note });
		}
		if (checks.length === 0) return;
		const lastsUs = Math.max(...checks.map((check) => (check.lastsUs === null ? 0 : check.lastsUs)));
		stage.elapsedUs += Math.max(lastsUs, this.#least(field, stage, lastsUs));
		const text = `analysis: until its last measurement, ${formatDuration(lastsUs)} after it began`;
		stage.hold.push({ us: stage.elapsedUs - offsetUs, note: this.notes.understood(field, text) });
	}

	/** A check needs a hold to look at: one measured as the weight changes sees nothing, and Argo asks again in 10 s. */
	#least(field: Field, stage: OpenStage, lastsUs: number): number {
		if (stage.elapsedUs + lastsUs > 0) return 0;
		this.notes.assumed(
			field,
			'nothing is seen yet as the weight changes: the 10 s until Argo asks again are waited for',
		);
		return ERROR_RETRY_US;
	}

	#checks(field: Field, place: { offsetUs: number; step: boolean }, asked: Note[]): ArgoCheck[] {
		const { resources, answers, notes } = this;
		const services: Services = {
			canary: this.#canary.get('canaryService').text(),
			stable: this.#canary.get('stableService').text(),
		};
		return argoMetrics(field, resources, answers).flatMap((metric) => {
			const check = argoCheck(metric, place, services, answers, notes);
			if (!('asked' in check)) return [check];
			asked.push(check.asked);
			return [];
		});
	}

	/** The run beside the steps, from `startingStep` on. */
	#background(steps: number): Imported['gates'] {
		const field = this.#canary.get('analysis');
		if (!field.given) return [];
		const starting = field.get('startingStep');
		const written = starting.whole(0, 1_000_000);
		const at = written === null ? 0 : written;
		if (at > 0 && at >= steps) {
			this.notes.unexpressed(starting, `startingStep: ${at} is after the last step: the analysis never begins`);
			return [];
		}
		const begun = this.#begun[at] ?? { stage: 0, elapsedUs: 0 };
		if (begun.stage < 0)
			this.notes.assumed(field, 'before the first weight there is nothing to see: it begins with the first stage');
		const stage = this.#stages[Math.max(0, begun.stage)];
		const { elapsedUs: offsetUs } = begun;
		const taken = new Set<string>();
		return this.#checks(field, { offsetUs, step: false }, this.#asked).map(({ name: wanted, lines, note }) => {
			const name = freeName(wanted, taken);
			taken.add(name);
			return { name, lines, note, from: stage === this.#stages[0] ? null : stage.name };
		});
	}

	/** After its steps a rollout is everywhere; without any it is a rolling update. */
	#last(steps: number): void {
		if (this.#now !== null && this.#now.weight === null) return;
		const strategy = this.#canary.get('steps');
		if (steps > 0) {
			this.#stages.push(
				this.#fresh('everywhere', null, this.notes.understood(strategy, 'after the last step it is everywhere')),
			);
			return;
		}
		const note = this.notes.understood(this.#canary, 'no steps: a rolling update');
		this.#stages.push({ ...this.#fresh('everywhere', null, note), propagation: rollingUpdate(this.#pods, this.notes) });
	}

	#revert(): Imported['revert'] {
		const dynamic = this.#canary.get('dynamicStableScale');
		if (dynamic.flag()) {
			return line(
				'revert',
				{ shape: 'capacity' },
				this.notes.understood(dynamic, 'dynamicStableScale: weight follows the pods back'),
			);
		}
		return line(
			'revert',
			{ after: '0s' },
			this.notes.understood(this.#canary, 'an abort sets the weight to 0 at once'),
		);
	}

	/** What the manifest does not say, or says and has no counterpart. */
	#aside(): void {
		const { notes } = this;
		const spec = this.rollout.body.get('spec');
		notes.assumed(
			this.#canary,
			'pods start, and weights take effect, at once; counters are read exactly (`scrape: 30s` in a check changes that)',
		);
		if (this.#pods.routed)
			notes.unexpressed(
				this.#canary,
				'pods of the new version come on top in Argo; here nodes are taken from those there are',
			);
		if (spec.get('progressDeadlineAbort').flag())
			notes.unexpressed(spec.get('progressDeadlineAbort'), 'pods always become ready here: no deadline is missed');
		if (spec.get('rollbackWindow').given)
			notes.unexpressed(spec.get('rollbackWindow'), 'a roll back through steps that are skipped is not modelled');
	}
}

const shareOf = ({ weight }: StageDraft): number => (weight === null ? 1 : weight.share);
