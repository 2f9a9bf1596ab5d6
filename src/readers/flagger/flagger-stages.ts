/** The weights that Flagger walks through, one tick each; or what it does instead of weights. */
import { formatDuration, formatShare } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import type { Resource } from '../manifest/resources.js';
import type { Answers } from '../rollouts/import-answers.js';
import type { StageDraft, Waiting } from '../rollouts/stage-lines.js';

const ALL = 100;
/** What Flagger makes of a Canary without weights where only Services can be switched. */
const KUBERNETES_ITERATIONS = 10;

export function flaggerStages(
	{ body }: Resource,
	analysis: Field,
	tickUs: number,
	answers: Answers,
	notes: Notebook,
): StageDraft[] {
	const skipped = body.dig('spec.skipAnalysis');
	if (skipped.flag())
		return [
			stage(
				'everywhere',
				null,
				notes.understood(skipped, 'skipAnalysis: it is promoted at once, nothing is looked at'),
			),
		];
	const confirm = confirmations(analysis, answers, notes);
	const iterations = iterationsOf(body, analysis);
	const watched =
		iterations === null ? byWeight(analysis, tickUs, notes) : iterated(analysis, iterations, tickUs, answers, notes);
	if (analysis.get('mirror').flag()) {
		notes.unexpressed(
			analysis.get('mirror'),
			'mirror: requests are not doubled; the tick that only mirrors is left out',
		);
	}
	return withApprovals(watched, confirm);
}

/** Null where it goes by weights. */
function iterationsOf(body: Field, analysis: Field): number | null {
	const written = analysis.get('iterations').whole(0, 100_000);
	if (written !== null && written > 0) return written;
	return body.dig('spec.provider').text() === 'kubernetes' ? KUBERNETES_ITERATIONS : null;
}

function byWeight(analysis: Field, tickUs: number, notes: Notebook): StageDraft[] {
	const { weights, at } = weightsOf(analysis);
	if (weights.length === 0)
		throw analysis.wrong('stepWeight, stepWeights or iterations (Flagger itself would never go on)');
	const held = `held for one interval: ${formatDuration(tickUs)}`;
	const stages = weights.map((weight) => {
		const share = weight >= ALL ? null : weight / ALL;
		return stage(`weight-${weight}`, share, notes.understood(at, `weight ${weight}`), [
			{ us: tickUs, note: notes.understood(analysis.get('interval'), held) },
		]);
	});
	const promotion = notes.understood(
		at,
		'after a pass at the last weight it is promoted; the primary has it at once here',
	);
	return [...stages, stage('everywhere', null, promotion)];
}

/** Each tick adds the next step while the weight is below the greatest one; the sum may pass it, but not 100. */
function weightsOf(analysis: Field): { weights: number[]; at: Field } {
	const [step, steps, most] = [analysis.get('stepWeight'), analysis.get('stepWeights'), analysis.get('maxWeight')];
	const by = step.whole(0, ALL);
	const listed = steps.items().map((each) => Number(each.whole(0, ALL)));
	const last = listed.at(-1);
	const limit = last !== undefined ? Math.min(ALL, last) : (most.whole(0, ALL) ?? ALL) || ALL;
	const weights: number[] = [];
	let weight = 0;
	while (weight < limit) {
		const next = by !== null && by > 0 ? weight + by : listed[weights.length];
		if (next === undefined || next <= weight) break;
		weight = Math.min(ALL, next);
		weights.push(weight);
	}
	if (by === null && last !== undefined && weight < limit) throw steps.wrong('weights that rise');
	return { weights, at: by !== null && by > 0 ? step : steps };
}

/** One stage as long as all iterations: those that match (A/B), or a test before everybody is switched (blue/green). */
function iterated(
	analysis: Field,
	iterations: number,
	tickUs: number,
	answers: Answers,
	notes: Notebook,
): StageDraft[] {
	const at = analysis.get('iterations');
	const match = analysis.get('match');
	const matches = match.items().length > 0;
	const { matched, said } = answers;
	const who = matches
		? 'so many requests match'
		: 'so many requests stand for a load test or a mirror, its only traffic';
	const text = `${who}: ${formatShare(matched)}`;
	const from = matches ? match : at;
	const note = said.matched
		? notes.understood(from, `${text}, as --matched says`)
		: notes.asked(from, `${text} is a guess; say how many with --matched`);
	const hold: Waiting = {
		us: iterations * tickUs,
		note: notes.understood(at, `iterations: ${iterations}, one interval of ${formatDuration(tickUs)} each`),
	};
	const tested = stage(matches ? 'matching' : 'green', matched >= 1 ? null : matched, note, [hold]);
	if (matches)
		return [tested, stage('everywhere', null, notes.understood(at, 'after the last iteration it is promoted'))];
	const switched = notes.understood(
		at,
		'after the last iteration all traffic is switched, and looked at for one more interval',
	);
	return [
		tested,
		stage('everywhere', null, switched, [
			{ us: tickUs, note: notes.understood(analysis.get('interval'), 'one interval') },
		]),
	];
}

interface Confirmations {
	/** before every rise of the weight */
	readonly rise: Waiting | null;
	readonly promotion: Waiting | null;
}

function confirmations(analysis: Field, { approvalUs, said }: Answers, notes: Notebook): Confirmations {
	const hooks = analysis.get('webhooks').items();
	const waits = (type: string): Waiting | null => {
		const hook = hooks.find((each) => each.get('type').text() === type);
		if (hook === undefined) return null;
		const text = `webhook ${hook.get('name').text()} (${type}) waits for a person: ${formatDuration(approvalUs)}`;
		const note = said.approval
			? notes.understood(hook, `${text}, as --approval says`)
			: notes.asked(hook, `${text} is a guess; say how long with --approval`);
		return { us: approvalUs, note };
	};
	const before = hooks.find((each) => each.get('type').text() === 'confirm-rollout');
	if (before !== undefined)
		notes.assumed(before, 'confirm-rollout: `at` is the time at which somebody has confirmed it');
	return { rise: waits('confirm-traffic-increase'), promotion: waits('confirm-promotion') };
}

function withApprovals(stages: readonly StageDraft[], { rise, promotion }: Confirmations): StageDraft[] {
	return stages.map((each, i) => {
		if (i === stages.length - 1) return each;
		return { ...each, approval: i === stages.length - 2 ? promotion : rise };
	});
}

function stage(wanted: string, share: number | null, note: Note, hold: readonly Waiting[] = []): StageDraft {
	const weight = share === null ? null : { of: 'requests' as const, share };
	const name = freeName(wanted, new Set());
	return { name, weight, note, propagation: null, hold, approval: null, gates: [], above: [] };
}
