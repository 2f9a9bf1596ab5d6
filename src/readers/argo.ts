/** An Argo Rollout as stages and checks: its steps, the analysis beside them, and what an abort does. */
import type { Answers } from './answers.js';
import { podsOf, rollingUpdate } from './argo-pods.js';
import { checksOf, Steps, type Terrain } from './argo-steps.js';
import type { Field } from './field.js';
import { line } from './lines.js';
import type { Resource } from './manifest.js';
import { freeName } from './names.js';
import type { Note, Notebook } from './notes.js';
import type { Imported } from './stages.js';

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
	const terrain: Terrain = { canary: body.dig('spec.strategy.canary'), pods, resources, answers, notes };
	const steps = new Steps(terrain);
	arrive(terrain, steps);
	const asked: Note[] = [];
	const gates = background(terrain, steps, asked);
	aside(terrain, body.get('spec'));
	return {
		name: freeName(name, new Set()),
		file: body.file,
		note,
		stages: steps.stages,
		gates,
		asked,
		revert: revertOf(terrain),
		replicas: pods.routed ? null : pods.replicas,
	};
}

/** After its steps a rollout is everywhere; without any it is a rolling update. */
function arrive({ canary, pods, notes }: Terrain, steps: Steps): void {
	if (steps.now !== null && steps.now.weight === null) return;
	if (steps.begun.length > 0) {
		steps.close('everywhere', notes.understood(canary.get('steps'), 'after the last step it is everywhere'), null);
		return;
	}
	steps.close('everywhere', notes.understood(canary, 'no steps: a rolling update'), rollingUpdate(pods, notes));
}

/** The run beside the steps, from `startingStep` on. */
function background(terrain: Terrain, { stages, begun }: Steps, asked: Note[]): Imported['gates'] {
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
	const { checks } = checksOf(terrain, field, { offsetUs: elapsedUs, step: false }, asked);
	return checks.map(({ name: wanted, lines, note }) => {
		const name = freeName(wanted, taken);
		taken.add(name);
		return { name, lines, note, from };
	});
}

function revertOf({ canary, notes }: Terrain): Imported['revert'] {
	const dynamic = canary.get('dynamicStableScale');
	if (!dynamic.flag()) {
		return line('revert', { after: '0s' }, notes.understood(canary, 'an abort sets the weight to 0 at once'));
	}
	const note = notes.understood(dynamic, 'dynamicStableScale: weight follows the pods back');
	return line('revert', { shape: 'capacity' }, note);
}

/** What the manifest does not say, or says and has no counterpart. */
function aside({ canary, pods, notes }: Terrain, spec: Field): void {
	const exact = 'counters are read exactly (`scrape: 30s` in a check changes that)';
	notes.assumed(canary, `pods start, and weights take effect, at once; ${exact}`);
	const onTop = 'pods of the new version come on top in Argo; here nodes are taken from those there are';
	if (pods.routed) notes.unexpressed(canary, onTop);
	const [deadline, rollback] = [spec.get('progressDeadlineAbort'), spec.get('rollbackWindow')];
	if (deadline.flag()) notes.unexpressed(deadline, 'pods always become ready here: no deadline is missed');
	if (rollback.given) notes.unexpressed(rollback, 'a roll back through steps that are skipped is not modelled');
}
