/** The edge: what a node does with requests. The same fields stand for all nodes, for a group, and for a group in one region. */
import { z } from 'zod';
import { UserError } from '../../kernel/errors.js';
import { parseDuration } from '../../kernel/units.js';
import { distribution } from './distribution.js';
import { byName, duration, factor, flag, name, names, reply, share, span, whole, wrong } from './quantity-fields.js';

const LIKE_QUEUE = 'a number of places such as 200, a time such as "2.2s", or unlimited';

/** Waiting places: a number of them, so many seconds of work, or no limit. */
export type QueueSize = { kind: 'places'; places: number } | { kind: 'time'; us: number };

const queue = z
	.union([z.number(), z.string()], { error: ({ input }) => wrong(input, LIKE_QUEUE) })
	.transform((value, context): QueueSize => {
		if (value === 'unlimited') return { kind: 'places', places: Number.POSITIVE_INFINITY };
		if (typeof value === 'number') {
			if (Number.isInteger(value) && value >= 0 && value <= 1e9) return { kind: 'places', places: value };
		} else {
			try {
				return { kind: 'time', us: parseDuration(value) };
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
			}
		}
		context.addIssue({ code: 'custom', message: wrong(value, LIKE_QUEUE) });
		return z.NEVER;
	});

const shed = z.strictObject({
	queueAbove: whole(0, 1e9)
		.optional()
		.describe('only while more than this many wait (processor-sharing: are in the node beyond its workers)'),
	utilisationAbove: share.optional().describe('only while a larger share of the workers is busy'),
	classes: names.optional().describe('classes it applies to (default all)'),
	retriesOnly: flag.default(false).describe('only retries'),
	share: share.prefault('100%').describe('share of the matching attempts that is shed'),
	reply: reply.describe('what they are answered'),
	during: span.optional().describe('only in this span (default always)'),
});

/** Fields of a group; each may be left out, and is then taken from the level above. */
const fields = {
	service: distribution.optional().describe('service time of classes that do not name their own'),
	nodes: whole(1, 100_000).optional().describe('nodes in each region (default 1)'),
	workers: whole(1, 1_000_000).optional().describe('requests served at once by one node (default 16)'),
	queue: queue
		.optional()
		.describe(
			'waiting places of one node: a number, a time of healthy mean service ("2.2s"), or unlimited (default 200)',
		),
	discipline: z
		.enum(['fifo', 'lifo', 'adaptive-lifo', 'priority', 'processor-sharing'])
		.optional()
		.describe(
			'who is served next; processor-sharing: nobody waits, all in the node share its workers, and queue bounds how many there are beyond the workers (default fifo)',
		),
	lifoAbove: whole(0, 1e9)
		.optional()
		.describe('adaptive-lifo: newest first while more than this many wait (default 100)'),
	codel: z
		.strictObject({
			target: duration.describe('waiting time that is fine'),
			interval: duration.describe('how long it may be exceeded'),
		})
		.optional()
		.describe('drops requests at the head of the queue that have waited too long (default none)'),
	onFull: z
		.enum(['reject', 'silent'])
		.optional()
		.describe('a full queue answers at once, or lets the client wait (default reject)'),
	fullReply: reply.optional().describe('what those are answered who find no place (default 503)'),
	abandoned: z
		.enum(['serve', 'drop-at-dequeue', 'cancel-queued', 'cancel-in-service'])
		.optional()
		.describe(
			'what becomes of work nobody waits for any more; under processor-sharing all that a node holds is in service, so that only cancel-in-service ends it (default serve)',
		),
	rejectCost: duration.optional().describe('worker time that answering one rejection burns (default 0s)'),
	crashed: z
		.enum(['refuse', 'silent'])
		.optional()
		.describe('what new attempts meet at a crashed node (default refuse)'),
	cutOff: z
		.enum(['refuse', 'silent'])
		.optional()
		.describe('what new attempts meet at a node that is cut off (default refuse)'),
	crash: z
		.strictObject({
			work: z
				.enum(['lost', 'reset', 'kept'])
				.describe('clients wait for their timeout; fail at once; or are still served'),
		})
		.optional()
		.describe('what a crash does to the work it holds (default work: lost)'),
	serviceDecided: z
		.enum(['progress', 'start', 'admission'])
		.optional()
		.describe(
			'when the length of a service is decided: progress (a change of speed rescales the work that is left), start (fixed when a worker takes it), admission (fixed when the node accepts it) (default progress)',
		),
	perInFlight: z
		.number({ error: ({ input }) => wrong(input, 'a number such as 0.01') })
		.min(0)
		.max(1000)
		.optional()
		.describe('load law: service time x (1 + this x other requests in service at the start) (default 0)'),
	coldStart: z
		.strictObject({
			for: duration.describe('how long after a restart'),
			factor: factor.describe('service takes this many times as long'),
		})
		.optional()
		.describe('slow after a restart (default not)'),
	shed: byName(shed).optional().describe('shedding rules, by name (default none)'),
};

export const group = z
	.strictObject({
		...fields,
		platform: name.optional().describe("label that changes and faults can pick on (default the group's name)"),
		traffic: share
			.optional()
			.describe(
				"share of the region's traffic whose sites live on this platform; groups of one platform add up, platforms to 100%",
			),
		standby: flag
			.optional()
			.describe(
				'a spare: its nodes are sent to only while no other node of the same region and platform is in rotation (edge.failover), or let through by the breaker of the client, and by target: next-node after all others (default false)',
			),
	})
	.meta({ id: 'group' });

export const edge = z
	.strictObject({
		...fields,
		choice: z
			.enum(['round-robin', 'random', 'least-outstanding', 'two-choices'])
			.default('round-robin')
			.describe('which of the nodes an attempt goes to'),
		failover: z
			.strictObject({
				after: duration.describe('how long after the crash'),
				panic: share
					.optional()
					.describe(
						'a pool of which fewer than this are in rotation sends to all again; 0%: attempts are refused once all are out (default: all are sent to once all are out)',
					),
			})
			.optional()
			.describe('takes crashed or cut-off nodes out of rotation (default: they stay in)'),
		groups: byName(group)
			.optional()
			.describe('node groups of every region (default one group `edge`); any field may be overridden'),
	})
	.describe('what edge nodes do: defaults for every group in every region');

export type GroupFields = z.output<typeof group>;
