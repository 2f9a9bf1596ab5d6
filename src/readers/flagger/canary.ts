/**
 * A Flagger Canary as stages and checks. Its controller ticks once per interval: a tick looks at every metric, and goes on by
 * one weight, or counts a failed check; the tick after `threshold` of them takes the canary back.
 */
import { formatDuration, SECOND } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import type { Resource } from '../manifest/resources.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import type { Answers } from '../rollouts/import-answers.js';
import { describe } from '../rollouts/query-check.js';
import { plain } from '../rollouts/rollout-overlay.js';
import type { Imported, StageGate } from '../rollouts/stage-lines.js';
import { flaggerWatched } from './flagger-metrics.js';
import { flaggerStages } from './flagger-stages.js';

const DEFAULT_INTERVAL_US = 60 * SECOND;
const LEAST_INTERVAL_US = 10 * SECOND;
const DEFAULT_THRESHOLD = 1;
const MAX_THRESHOLD = 1_000_000;

/** @throws InvalidScenario for a field that is of no use, and for a template that is not given */
export function importFlagger(
	canary: Resource,
	resources: readonly Resource[],
	answers: Answers,
	notes: Notebook,
): Imported {
	const { body } = canary;
	const note = notes.understood(body, `Canary ${canary.name} of Flagger`);
	const analysis = analysisOf(body);
	const tickUs = intervalUs(analysis, notes);
	const questions: Note[] = [];
	const skipped = body.dig('spec.skipAnalysis');
	const stages = flaggerStages(canary, analysis, tickUs, answers, notes);
	const gates = skipped.flag() ? [] : gatesOf({ canary, analysis, resources, answers, notes, questions, tickUs });
	aside(body, analysis, gates.length, notes);
	return {
		name: freeName(canary.name, new Set()),
		file: body.file,
		note,
		stages,
		gates: gates.map((gate) => ({ ...gate, from: null })),
		questions,
		revert: line('revert', { after: '0s' }, notes.understood(analysis, 'a rollback is one change of the route')),
		replicas: null,
	};
}

/** `canaryAnalysis` in older versions. */
function analysisOf(body: Field): Field {
	const [now, before] = [body.dig('spec.analysis'), body.dig('spec.canaryAnalysis')];
	if (!now.given && !before.given) throw now.wrong('`analysis` with interval, threshold and metrics');
	return now.given ? now : before;
}

function intervalUs(analysis: Field, notes: Notebook): number {
	const us = analysis.get('interval').durationUs();
	if (us === null) {
		notes.assumed(analysis, 'no interval: Flagger ticks once a minute');
		return DEFAULT_INTERVAL_US;
	}
	if (us >= LEAST_INTERVAL_US) return us;
	notes.understood(analysis.get('interval'), 'Flagger ticks no faster than every 10 s');
	return LEAST_INTERVAL_US;
}

interface Gating {
	readonly canary: Resource;
	readonly analysis: Field;
	readonly resources: readonly Resource[];
	readonly answers: Answers;
	readonly notes: Notebook;
	readonly questions: Note[];
	readonly tickUs: number;
}

function gatesOf({ canary, analysis, resources, answers, notes, questions, tickUs }: Gating): StageGate[] {
	const taken = new Set<string>();
	return analysis
		.get('metrics')
		.items()
		.flatMap((metric) => {
			const described = describe(flaggerWatched(metric, canary, resources), answers, notes);
			if ('question' in described) {
				questions.push(described.question);
				return [];
			}
			const name = freeName(metric.get('name').needed('the name of a metric'), taken);
			taken.add(name);
			const note = notes.understood(metric, `metric ${metric.get('name').text()}`);
			return [{ name, note, lines: [...described.lines, ...ticking(analysis, tickUs, notes)] }];
		});
}

function ticking(analysis: Field, tickUs: number, notes: Notebook): Line[] {
	const [interval, threshold] = [analysis.get('interval'), analysis.get('threshold')];
	const limit = threshold.whole(0, MAX_THRESHOLD) ?? DEFAULT_THRESHOLD;
	const counted = `threshold${threshold.given ? '' : ' by default'}: ${limit} failed checks`;
	return [
		line(
			'every',
			formatDuration(tickUs),
			notes.understood(interval, `one tick per interval; the first one only sets the weight`),
		),
		line('fail', { totalAtLeast: Math.max(1, limit) }, notes.understood(threshold, counted)),
		line('reset', 'never', notes.understood(threshold, 'a success does not take a failed check back')),
		line(
			'evaluate',
			'next-tick',
			notes.understood(threshold, 'failed checks are compared at the start of the next tick'),
		),
		line('mustPass', true, notes.understood(analysis, 'a failed check holds the weight')),
	];
}

function aside(body: Field, analysis: Field, gates: number, notes: Notebook): void {
	notes.assumed(
		analysis,
		'pods start, and routes change, at once; counters are read exactly (`scrape: 30s` in a check changes that)',
	);
	notes.unexpressed(analysis, 'pods of the canary come on top in Flagger; here nodes are taken from those there are');
	if (gates > 1) {
		notes.unexpressed(
			analysis.get('metrics'),
			'Flagger counts a tick on which any metric fails, once; here each check counts alone',
		);
	}
	if (body.dig('spec.provider').text() === 'nginx') {
		notes.assumed(
			body.dig('spec.provider'),
			'of nginx, request-duration is a mean; here it is the 99 % quantile, as everywhere else',
		);
	}
	const affinity = analysis.get('sessionAffinity');
	if (affinity.given)
		notes.unexpressed(affinity, 'sessionAffinity: a client does not stay with the version that it met');
	const promotion = analysis.get('stepWeightPromotion');
	if (promotion.given) {
		notes.understood(
			promotion,
			'stepWeightPromotion: both sides have the new version by then, so it changes nothing here',
		);
	}
	if (body.dig('spec.suspend').flag())
		notes.unexpressed(
			body.dig('spec.suspend'),
			'suspend: Flagger does nothing while this is true; it is imported as if it were false',
		);
	for (const hook of analysis.get('webhooks').items()) {
		webhook(hook, notes);
		hook.taken();
	}
	besideAnalysis(body, notes);
}

/** What of the Canary is no analysis: where its pods and routes are, and how the mesh treats them. */
function besideAnalysis(body: Field, notes: Notebook): void {
	const spec = body.get('spec');
	for (const key of [
		'targetRef',
		'ingressRef',
		'routeRef',
		'upstreamRef',
		'provider',
		'metricsServer',
		'autoscalerRef',
	])
		spec.get(key).taken();
	const deadline = spec.get('progressDeadlineSeconds');
	if (deadline.given) notes.unexpressed(deadline, 'progressDeadlineSeconds: pods always become ready here');
	const service = spec.get('service');
	for (const key of NAMES) service.get(key).taken();
	for (const [key, whose] of [
		['retries', 'a retry policy of the mesh'],
		['timeout', 'a limit of the mesh on the whole call'],
	] as const) {
		const field = service.get(key);
		if (!field.given) continue;
		const where = 'it is left out of the rollout: as a VirtualService, imported alone, it is a layer of retries';
		notes.unexpressed(field, `service.${key}: ${whose}, ${JSON.stringify(plain(field))}; ${where}`);
		field.taken();
	}
}

/** Of a service, what says where it is and nothing of what it does. */
const NAMES = [
	'name',
	'port',
	'portName',
	'portDiscovery',
	'targetPort',
	'appProtocol',
	'gateways',
	'gatewayRefs',
	'hosts',
];

/** Hooks that confirm something stand with their stages. */
function webhook(hook: Field, notes: Notebook): void {
	const type = hook.get('type').text() ?? 'rollout';
	const name = hook.get('name').text() ?? 'unnamed';
	if (type.startsWith('confirm-')) return;
	if (type === 'post-rollout' || type === 'event') {
		notes.understood(hook, `webhook ${name} (${type}) does not touch the rollout`);
		return;
	}
	const what =
		type === 'rollback'
			? 'somebody may take the canary back by hand; `people:` in the rollout is the place for it'
			: 'what it calls is not known: it makes no requests and never fails here';
	notes.unexpressed(hook, `webhook ${name} (${type}): ${what}`);
}
