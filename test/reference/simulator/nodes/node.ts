/** An edge node: who is let in, who waits, and who is served (MODEL sections 1, 2, 3, 6 and 8). */
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { Attempt, Failure } from '../attempt.js';
import { happens } from '../chance.js';
import { draw } from '../laws.js';
import type { ServerFate } from '../ledgers.js';
import type { Run } from '../run.js';
import { newCodel } from './codel.js';
import { healthAt } from './health.js';
import { takeNext, type Waiting } from './line.js';
import { sheddingRule } from './shedding.js';
import { serviceOf, shedBy } from './versions.js';
import { type Job, newWorkers } from './workers.js';

export interface Node {
	readonly index: number;
	readonly group: NodeGroup;
	/** attempts that were sent to it and have no answer yet */
	outstanding: number;
	isDown(): boolean;
	isCutOff(): boolean;
	latencyFactor(): number;
	arrive(attempt: Attempt): void;
	cancel(attempt: Attempt): void;
	crash(): void;
	restart(): void;
	/** the speed of the workers has changed */
	repace(): void;
	/** brings the time averages up to now */
	keepTime(): void;
}

export function newNode(run: Run, group: NodeGroup, index: number): Node {
	const { agenda, world, ledgers, chance, network } = run;
	const faults = run.faultsOn[index];
	const line: Waiting[] = [];
	const codel = group.codel === null ? null : newCodel(group.codel);
	const sharing = group.discipline === 'processor-sharing';
	const health = () => healthAt(faults, agenda.nowUs);
	const workers = newWorkers(agenda, group, () => health().speed, keepTime, onDone);
	let rejectionsToServe = 0;
	let downUntilUs = 0;
	let restartedUs = Number.NEGATIVE_INFINITY;
	let keptUs = 0;

	const isDown = () => health().crashed || agenda.nowUs < downUntilUs;

	function arrive(attempt: Attempt) {
		if (isDown() || health().cutOff) return turnAway(attempt, isDown() ? group.crashed : group.cutOff);
		if (attempt.cancelled) return discard(attempt, 'cancelled_queued');
		run.rollouts.observe(attempt, node);
		const load = { waiting: waiting(), utilisation: workers.busy() / group.workers };
		const change = shedBy(run.rollouts.acting(node, attempt, load.utilisation), attempt);
		if (change !== null) return turnDown(attempt, 'shed', change.shedReply);
		const rule = sheddingRule(group, attempt, load, agenda.nowUs, chance);
		if (rule !== null) return turnDown(attempt, 'shed', rule.reply);
		if (workers.free() === 0 && waiting() >= group.queueLimit) {
			if (group.onFull === 'reject') return turnDown(attempt, 'rejected', group.fullReply);
			return network.silent(attempt, 'rejected');
		}
		keepTime();
		attempt.place = 'waiting';
		line.push({ attempt, sinceUs: agenda.nowUs });
		serveNext();
	}

	/** Those who wait; under processor sharing those in the node beyond its workers. */
	const waiting = () => (sharing ? Math.max(0, workers.jobs.length - group.workers) : line.length);

	/** A crashed or cut-off node: the connection is refused, or nobody answers. */
	function turnAway(attempt: Attempt, how: 'refuse' | 'silent') {
		if (how === 'silent') return network.silent(attempt, 'never_arrived');
		network.answer(attempt, { kind: 'refused', cause: 'refused', retryAfterUs: null }, 'never_arrived');
	}

	/** Rejects or sheds: the answer goes at once; the work that a rejection costs is done by the next free worker. */
	function turnDown(attempt: Attempt, kind: 'rejected' | 'shed', reply: Pick<Failure, 'cause' | 'retryAfterUs'>) {
		network.answer(attempt, { kind, ...reply }, kind);
		if (kind === 'shed' || group.rejectCostUs === 0) return;
		rejectionsToServe += 1;
		serveNext();
	}

	function serveNext() {
		while (workers.free() > 0 && rejectionsToServe > 0) {
			rejectionsToServe -= 1;
			workers.take({ attempt: null, workUs: group.rejectCostUs });
		}
		while (line.length > 0 && (sharing || workers.free() > 0)) {
			keepTime();
			const { attempt, sinceUs } = takeNext(line, group, codel?.overloaded === true, world.classes);
			const waited = !sharing && agenda.nowUs > sinceUs;
			const dead = group.abandoned === 'drop-at-dequeue' && waited && agenda.nowUs >= attempt.deadlineUs;
			const drops = codel?.drops(agenda.nowUs - sinceUs, agenda.nowUs) === true;
			if (dead) discard(attempt, 'dropped_at_dequeue');
			else if (drops) turnDown(attempt, 'shed', group.fullReply);
			else start(attempt);
		}
	}

	function start(attempt: Attempt) {
		const requestClass = attempt.request.requestClass;
		const others = workers.jobs.filter((job) => job.attempt !== null).length;
		const utilisation = Math.min(1, (workers.busy() + 1) / group.workers);
		const acting = run.rollouts.acting(node, attempt, utilisation);
		const service = serviceOf(acting, world.classes[requestClass], health(), attempt, (p) => happens(p, chance));
		const cold =
			group.coldStart !== null && agenda.nowUs < restartedUs + group.coldStart.forUs ? group.coldStart.factor : 1;
		const workUs = draw(group.service[requestClass], chance) * service.factor * (1 + group.perInFlight * others) * cold;
		attempt.place = 'in service';
		workers.take({ attempt, workUs: Math.round(workUs), failure: service.failure });
		if (service.crashedBy?.crash) crashFor(service.crashedBy.crash.restartUs);
	}

	function onDone({ attempt, failure, startedUs }: Job) {
		if (attempt === null) ledgers.add('rejecting_us', agenda.nowUs - startedUs);
		if (attempt !== null) {
			attempt.place = 'gone';
			if (failure) network.answer(attempt, { kind: 'error', ...failure }, 'failed');
			else network.answer(attempt, { kind: 'ok' }, 'served');
		}
		serveNext();
	}

	function cancel(attempt: Attempt) {
		if (group.abandoned !== 'cancel-queued' && group.abandoned !== 'cancel-in-service') return;
		if (attempt.place === 'on its way') attempt.cancelled = true;
		if (attempt.place === 'waiting') {
			keepTime();
			line.splice(
				line.findIndex((one) => one.attempt === attempt),
				1,
			);
			discard(attempt, 'cancelled_queued');
		} else if (attempt.place === 'in service' && group.abandoned === 'cancel-in-service') {
			workers.drop(attempt);
			discard(attempt, 'cancelled_in_service');
			serveNext();
		}
	}

	function discard(attempt: Attempt, serverOutcome: ServerFate) {
		attempt.place = 'gone';
		network.release(attempt);
		network.enterFate(attempt, serverOutcome);
	}

	/** What the node holds is lost, unless it is kept. */
	function crash() {
		keepTime();
		if (group.crashWork === 'kept') return;
		const held = [
			...workers.clear().flatMap((job) => job.attempt ?? []),
			...line.splice(0).map(({ attempt }) => attempt),
		];
		rejectionsToServe = 0;
		for (const attempt of held) {
			attempt.place = 'gone';
			if (group.crashWork === 'lost') network.silent(attempt, 'lost');
			else network.answer(attempt, { kind: 'refused', cause: 'reset', retryAfterUs: null }, 'lost');
		}
	}

	function crashFor(restartUs: number) {
		const wasDown = isDown();
		downUntilUs = Math.max(downUntilUs, agenda.nowUs + restartUs);
		if (!wasDown) crash();
		agenda.book(downUntilUs, 'control', () => {
			if (!isDown()) node.restart();
		});
	}

	function keepTime() {
		const forUs = agenda.nowUs - keptUs;
		keptUs = agenda.nowUs;
		ledgers.add('waiting_us', sharing ? 0 : line.length * forUs);
		const rejecting = workers.jobs.filter((job) => job.attempt === null).length;
		ledgers.add('busy_us', (workers.busy() - rejecting) * forUs);
	}

	const node: Node = {
		...{ index, group, outstanding: 0, isDown, arrive, cancel, crash, keepTime },
		isCutOff: () => health().cutOff,
		latencyFactor: () => health().latency,
		restart() {
			restartedUs = agenda.nowUs;
		},
		repace: () => workers.repace(),
	};
	return node;
}
