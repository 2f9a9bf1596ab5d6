// HOT PATH: runs once per fresh request; allocates nothing.
/** Requests are born: fresh ones of a source, and those that a change makes a client send beside another one. */
import { assert } from '../../../kernel/errors.js';
import { type EventQueue, RANK } from '../../../kernel/event-queue.js';
import type { Recorder } from '../../../metrics/recording/recorder.js';
import type { MonitorCounters } from '../control/monitor-counters.js';
import { EVENT } from '../event-kinds.js';
import { NO_NODE as NONE } from '../routing.js';
import { MARK, type Requests } from '../tables/requests.js';
import type { AttemptSender, SenderParts } from './attempt-sender.js';
import type { ClientDeps } from './client-deps.js';
import type { GuardedSends } from './guarded-sends.js';
import type { LookaheadClients } from './lookahead-clients.js';
import type { NodeChoice } from './node-choice.js';
import type { NewRequest, RequestLifecycle } from './request-lifecycle.js';
import type { SourceLaws } from './source-laws.js';

// V8 folds constants of this file, but not those that are imported.
const NO_NODE = NONE;
const { duplicate: DUPLICATE } = MARK;

/** Requests that a change makes a client send beside another one, all alike. */
interface Duplicates {
	readonly like: Readonly<NewRequest>;
	readonly count: number;
}

export class NewRequests {
	private readonly requests: Requests;
	private readonly queue: EventQueue;
	private readonly recorder: Recorder;
	private readonly monitors: MonitorCounters | null;
	private readonly laws: SourceLaws;
	private readonly lifecycle: RequestLifecycle;
	private readonly choice: NodeChoice;
	private readonly ahead: LookaheadClients | null;
	private readonly newRequest: NewRequest = { source: 0, requestClass: 0, platform: 0, place: 0, marks: 0 };
	/** are born at this instant, by events of their own: whoever asks for them may be in the middle of other work */
	private readonly duplicates: Duplicates[] = [];

	constructor(
		{ requests, queue, recorder, monitors }: ClientDeps,
		{ laws, lifecycle, choice, ahead }: SenderParts,
		private readonly sender: AttemptSender,
		private readonly sends: GuardedSends,
	) {
		this.requests = requests;
		this.queue = queue;
		this.recorder = recorder;
		this.monitors = monitors;
		this.laws = laws;
		this.lifecycle = lifecycle;
		this.choice = choice;
		this.ahead = ahead;
	}

	/** A fresh request of this source. */
	born(source: number, nowUs: number): void {
		const { newRequest } = this;
		const { profiles } = this.laws;
		const requestClass = profiles.classOf(source, nowUs);
		const platform = profiles.platformOf(source);
		if (this.ahead !== null) {
			this.ahead.born(source, requestClass, platform, nowUs);
			return;
		}
		newRequest.source = source;
		newRequest.requestClass = requestClass;
		newRequest.platform = platform;
		newRequest.place = profiles.placeOf(source, requestClass, platform);
		this.create(newRequest, nowUs);
	}

	/** A change makes the client of a request's first attempt send more like it: `calls` in all. */
	multiplied(request: number, source: number, calls: number, nowUs: number): void {
		const { requests, laws } = this;
		if ((requests.marks[request] & DUPLICATE) !== 0) return;
		const count = Math.floor(calls - 1 + laws.extraCallUniforms[source]());
		if (count === 0) return;
		const requestClass = requests.class[request];
		const platform = requests.platform[request];
		const place = laws.profiles.placeOf(source, requestClass, platform);
		this.duplicates.push({ like: { source, requestClass, platform, place, marks: DUPLICATE }, count });
		this.queue.book(nowUs, RANK.client, EVENT.multiply, 0, 0);
	}

	/** The duplicates that were asked for first are born. */
	duplicatesBorn(nowUs: number): void {
		const next = this.duplicates.shift();
		assert(next !== undefined, 'duplicates of a request were to be born that nobody asked for', nowUs);
		for (let k = 0; k < next.count; k++) this.create(next.like, nowUs);
	}

	private create(like: Readonly<NewRequest>, nowUs: number): void {
		const { laws, lifecycle, choice } = this;
		const { source, requestClass } = like;
		const stack = laws.stacks[source];
		const request = lifecycle.open(like, nowUs);
		this.recorder.requestBorn(like.place);
		const node = choice.route(request, NO_NODE, nowUs);
		if (stack.hasBudgets) stack.creditCalls(request, stack.depth - 1, node, nowUs);
		if (laws.anyEnds) lifecycle.bookEnd(request, source, nowUs);
		if (stack.hasTimeouts) lifecycle.startTries(request, stack, stack.depth - 1, nowUs);
		if (stack.hasGuards) {
			this.sends.send(request, stack.depth, node, nowUs);
			return;
		}
		if (this.monitors !== null) this.monitors.firstSent(node, requestClass);
		this.sender.send(request, node, nowUs);
	}
}
