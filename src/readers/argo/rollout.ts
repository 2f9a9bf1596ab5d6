/** An Argo Rollout as stages and checks: its steps, the analysis beside them, and what an abort does. */

import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import type { Resource } from '../manifest/resources.js';
import { line } from '../manifest/yaml-writer.js';
import type { Answers } from '../rollouts/import-answers.js';
import type { Imported } from '../rollouts/stage-lines.js';
import { podsOf, rollingUpdate } from './pods.js';
import { checksOf, type StepContext, StepWalk } from './steps.js';

export const hasCanary = ({ body }: Resource): boolean => body.dig('spec.strategy.canary').given;

/** @throws InvalidScenario for a field that is of no use, and for a template that is not given */
export function importArgo(
	rollout: Resource,
	resources: readonly Resource[],
	answers: Answers,
	notes: Notebook,
): Imported {
	const { body, name } = rollout;
	const note = notes.understood(body, `Rollout ${name} of Argo`);
	const pods = podsOf(rollout, resources);
	const terrain: StepContext = { canary: body.dig('spec.strategy.canary'), pods, resources, answers, notes };
	const steps = new StepWalk(terrain);
	arrive(terrain, steps, body);
	const questions: Note[] = [];
	const gates = background(terrain, steps, questions);
	routing(terrain);
	aside(terrain, body.get('spec'));
	return {
		name: freeName(name, new Set()),
		file: body.file,
		note,
		stages: steps.stages,
		gates,
		questions,
		revert: revertOf(terrain),
		replicas: pods.routed ? null : pods.replicas,
	};
}

/** After its steps a rollout is everywhere; without any it is a rolling update. */
function arrive({ canary, pods, answers, notes }: StepContext, steps: StepWalk, body: Field): void {
	if (steps.now !== null && steps.now.weight === null) return;
	if (steps.begun.length > 0) {
		steps.close('everywhere', notes.understood(canary.get('steps'), 'after the last step it is everywhere'), null);
		return;
	}
	steps.close(
		'everywhere',
		notes.understood(canary, 'no steps: a rolling update'),
		rollingUpdate(pods, body, answers, notes),
	);
}

/** The run beside the steps, from `startingStep` on. */
function background(terrain: StepContext, { stages, begun }: StepWalk, questions: Note[]): Imported['gates'] {
	const { canary, notes } = terrain;
	const field = canary.get('analysis');
	if (!field.given) return [];
	const starting = field.get('startingStep');
	const written = starting.whole(0, 1_000_000);
	const at = written === null ? 0 : written;
	if (at > 0 && at >= begun.length) {
		notes.unexpressed(starting, `startingStep: ${at} is after the last step: the analysis never begins`);
		return [];
	}
	const { stage: index, elapsedUs } = begun.length === 0 ? { stage: 0, elapsedUs: 0 } : begun[at];
	if (index < 0)
		notes.assumed(field, 'before the first weight there is nothing to see: it begins with the first stage');
	const from = index <= 0 ? null : stages[index].name;
	const taken = new Set<string>();
	const { checks } = checksOf(terrain, field, { offsetUs: elapsedUs, step: false }, questions);
	return checks.map(({ name: wanted, lines, note }) => {
		const name = freeName(wanted, taken);
		taken.add(name);
		return { name, lines, note, from };
	});
}

function revertOf({ canary, notes }: StepContext): Imported['revert'] {
	const dynamic = canary.get('dynamicStableScale');
	if (!dynamic.flag()) {
		return line('revert', { after: '0s' }, notes.understood(canary, 'an abort sets the weight to 0 at once'));
	}
	if (!canary.get('trafficRouting').given)
		throw dynamic.refused(
			'found it without trafficRouting, which Argo refuses; a router beside it, or neither, would do',
		);
	const note = notes.understood(dynamic, 'dynamicStableScale: weight follows the pods back');
	return line('revert', { shape: 'capacity' }, note);
}

/** Who splits the traffic, which does not matter, and what pods have to do with it. */
function routing({ canary, pods, notes }: StepContext): void {
	const field = canary.get('trafficRouting');
	for (const key of ROUTERS) {
		const router = field.get(key);
		if (!router.given) continue;
		notes.understood(router, `${key} splits the requests; here they are split exactly, whoever does it and however`);
		if (key === 'istio') for (const one of NAMED) for (const name of one.names) router.get(one.of).get(name).taken();
		else router.taken();
	}
	for (const key of ['maxSurge', 'maxUnavailable'] as const) {
		const given = canary.get(key);
		if (!given.given) continue;
		const routed = `${key}: ${given.text()} changes no weight where a router splits the traffic`;
		const surged = `${key}: ${given.text()} of ${pods.replicas} pods: ${pods[key]}, in what weights pods can make up`;
		if (pods.routed) notes.unexpressed(given, routed);
		else notes.understood(given, surged);
	}
}

const ROUTERS = [
	'istio',
	'nginx',
	'alb',
	'smi',
	'apisix',
	'traefik',
	'ambassador',
	'appMesh',
	'plugins',
	'managedRoutes',
];

/** Of Istio, what names the resources that it writes its weights into. */
const NAMED = [
	{ of: 'virtualService', names: ['name', 'routes', 'tlsRoutes', 'tcpRoutes'] },
	{ of: 'destinationRule', names: ['name', 'canarySubsetName', 'stableSubsetName'] },
] as const;

/** What the manifest does not say, or says and has no counterpart. */
function aside({ canary, pods, notes }: StepContext, spec: Field): void {
	const exact = 'counters are read exactly (`scrape: 30s` in a check changes that)';
	notes.assumed(canary, `pods start, and weights take effect, at once; ${exact}`);
	const onTop = 'pods of the new version come on top in Argo; here nodes are taken from those there are';
	if (pods.routed) notes.unexpressed(canary, onTop);
	const ofPods = ['selector', 'template', 'workloadRef', 'revisionHistoryLimit', 'analysis'].map((key) =>
		spec.get(key),
	);
	for (const field of [
		...ofPods,
		...['canaryMetadata', 'stableMetadata', 'antiAffinity'].map((key) => canary.get(key)),
	]) {
		if (field.given)
			notes.folded(
				field,
				`${field.path}: says which pods there are, and nothing of how they are replaced; it is left out`,
			);
		field.taken();
	}
	for (const [field, text] of [
		[spec.get('progressDeadlineAbort'), NO_DEADLINE],
		[spec.get('progressDeadlineSeconds'), NO_DEADLINE],
		...(canary.get('steps').given ? ([[spec.get('minReadySeconds'), 'pods are ready at once here']] as const) : []),
		[spec.get('rollbackWindow'), 'a roll back through steps that are skipped is not modelled'],
		[canary.get('abortScaleDownDelaySeconds'), PODS_GO],
		[canary.get('scaleDownDelaySeconds'), PODS_GO],
	] as const) {
		if (field.given) notes.unexpressed(field, `${lastOf(field)}: ${text}`);
		field.taken();
	}
}

const NO_DEADLINE = 'pods always become ready here: no deadline is missed';
const PODS_GO = 'pods that are no longer needed are gone at once here; capacity is that of the nodes';
const lastOf = ({ path }: Field): string => path.slice(path.lastIndexOf('.') + 1);
