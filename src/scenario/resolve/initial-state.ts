/** What the run begins with: shares and `full` turn into attempts, and a collapse into numbers. */
import { cancelsHeld, collapsedStart, givesUpUs } from '../../model/collapsed-state.js';
import { type HeldAtStart, type Start, sizeOfStart } from '../../model/initial-state.js';
import type { NodeGroup } from '../../model/node-group.js';
import { waitsOf } from '../../model/retry/expected-waits.js';
import type { World } from '../../model/world.js';
import type { Path } from '../document/yaml-source.js';
import type { Amount, HeldFields, StartFields } from '../schema/start.js';
import type { ResolveContext } from './context.js';

type WrittenStart = Exclude<StartFields, string>;

/** @param world the rest of it; null: the run begins with nothing */
export function buildStart(draft: ResolveContext, world: World): Start | null {
	const { problems, doc } = draft;
	if (doc.start === 'empty') return null;
	// What a collapse is like can only be told of a world that is sound.
	if (doc.start === 'collapsed' && problems.failed) return null;
	const start = doc.start === 'collapsed' ? collapsedStart(world) : writtenStart(draft, world, doc.start);
	const size = sizeOfStart(start, world.groups);
	if (size > world.limits.inFlight) {
		const most = `at most limits.inFlight (${world.limits.inFlight}) would do`;
		problems.error(['start'], `found ${size} attempts and clients to begin with, ${most}`, [['edge'], ['limits']]);
	}
	return size === 0 ? null : start;
}

function writtenStart(draft: ResolveContext, world: World, written: WrittenStart): Start {
	for (const name of Object.keys(written.groups ?? {})) draft.groups.index(name, ['start', 'groups', name]);
	return {
		held: world.groups.map((group) => heldBy(draft, group, written)),
		backoff: clientsInBackoff(draft, world, written),
	};
}

/** A field of the group's own, else of the edge. */
function heldBy(draft: ResolveContext, group: NodeGroup, written: WrittenStart): HeldAtStart {
	const places = group.workers + group.queueLimit;
	const own = written.groups?.[group.name];
	const field = (name: keyof HeldFields): { amount: Amount; path: Path } => {
		const nearest = own?.[name];
		const amount = nearest === undefined ? written.edge?.[name] : nearest;
		return {
			amount: amount === undefined ? { kind: 'attempts', attempts: 0 } : amount,
			path: nearest === undefined ? ['start', 'edge', name] : ['start', 'groups', group.name, name],
		};
	};
	const [abandoned, live] = [field('abandoned'), field('live')];
	const count = ({ amount, path }: typeof live): number => {
		if (amount.kind === 'attempts') return amount.attempts;
		if (places < Number.POSITIVE_INFINITY) return amount.kind === 'full' ? 0 : Math.round(amount.share * places);
		const found = `found ${amount.kind === 'full' ? 'full' : 'a share'} for a queue without limit`;
		draft.problems.error(path, `${found}, a number of attempts would do`, [['edge']]);
		return 0;
	};
	const counts = { abandoned: count(abandoned), live: count(live) };
	const left = places - counts.abandoned - counts.live;
	if (abandoned.amount.kind === 'full' && live.amount.kind === 'full') {
		draft.problems.error(live.path, 'found full for abandoned and for live work, one of them would do');
	} else if (left < 0) {
		const found = `found ${counts.abandoned + counts.live} attempts in a node of ${group.name}`;
		draft.problems.error(live.path, `${found}, at most its ${places} places (workers + queue) would do`, [['edge']]);
	} else if (left < Number.POSITIVE_INFINITY) {
		if (abandoned.amount.kind === 'full') counts.abandoned = left;
		if (live.amount.kind === 'full') counts.live = left;
	}
	if (counts.abandoned > 0 && cancelsHeld(group)) {
		const cancels = `nodes of ${group.name} cancel what is abandoned (${group.abandoned})`;
		draft.problems.warning(abandoned.path, `${cancels} and would not hold it; live work would do`, [['edge']]);
	}
	return counts;
}

function clientsInBackoff(
	{ populations, problems }: ResolveContext,
	world: World,
	{ clients }: WrittenStart,
): number[] {
	const backoff = world.populations.map(() => 0);
	for (const [name, { backoff: clientsOf }] of Object.entries(clients ?? {})) {
		const index = populations.index(name, ['start', 'clients', name]);
		if (index < 0) continue;
		const population = world.populations[index];
		if (clientsOf > 0 && waitsOf(population.layers, givesUpUs(population)).length === 0) {
			const message = `found ${clientsOf} clients in back-off, but ${name} never tries again; retry: { attempts: 3 } would do`;
			problems.error(['start', 'clients', name, 'backoff'], message, [['clients']]);
		}
		backoff[index] = clientsOf;
	}
	return backoff;
}
