/** An edge node: workers, a waiting line and its discipline, shedding, and what becomes of work nobody waits for. */
import type { Distribution } from './distributions/distribution.js';
import type { Reply } from './reply.js';

/** Who is served next; under `processor-sharing` nobody waits: the n attempts in a node share its workers, min(1, workers / n) each. */
export type Discipline = 'fifo' | 'lifo' | 'adaptive-lifo' | 'priority' | 'processor-sharing';
export type Abandoned = 'serve' | 'drop-at-dequeue' | 'cancel-queued' | 'cancel-in-service';
/**
 * When the length of a service is decided. `progress`: work is fixed when it starts, and a change of speed rescales what
 * is left of it; `start`: by the speed that holds when a worker takes it; `admission`: by all that holds when the node
 * accepts it. At speed 0 nothing is served under any of them; what is decided meanwhile has its length at full speed.
 */
export type ServiceDecided = 'progress' | 'start' | 'admission';
export type CrashWork = 'lost' | 'reset' | 'kept';
export type NodeChoice = 'round-robin' | 'random' | 'least-outstanding' | 'two-choices';

/** The server form of CoDel (validation facts, section 1), not RFC 8289. */
export interface CoDel {
	readonly targetUs: number;
	readonly intervalUs: number;
}

/** Sheds matching attempts while every bound given is exceeded; null bounds are not asked. */
export interface ShedRule {
	/** waiting attempts, strictly above */
	readonly queueAbove: number | null;
	/** busy workers / workers, strictly above, 0..1 */
	readonly utilisationAbove: number | null;
	/** classes it applies to; null = all */
	readonly classes: readonly boolean[] | null;
	/** only retries (attempt number above 1) */
	readonly retriesOnly: boolean;
	/** share of the matching attempts that is shed, 0..1, and what they are answered */
	readonly share: number;
	readonly reply: Reply;
	readonly fromUs: number;
	readonly toUs: number;
}

/** A group of equal nodes in one region on one platform. Nodes are numbered through the world; a group's are contiguous. */
export interface NodeGroup {
	readonly name: string;
	readonly region: number;
	readonly platform: number;
	readonly firstNode: number;
	readonly nodes: number;
	/** serves only while no other node of its region and platform is in rotation */
	readonly standby: boolean;
	/** requests served at once by one node */
	readonly workers: number;
	/** waiting places of one node (under processor sharing: how many may be in it beyond its workers); Infinity allowed */
	readonly queueLimit: number;
	readonly discipline: Discipline;
	/** adaptive-lifo: newest first while more than this many wait */
	readonly lifoAbove: number;
	readonly codel: CoDel | null;
	readonly onFull: 'reject' | 'silent';
	/** what those are answered who find no place, or whom CoDel drops */
	readonly fullReply: Reply;
	readonly abandoned: Abandoned;
	/** worker time burnt by answering one rejection */
	readonly rejectCostUs: number;
	readonly crashed: 'refuse' | 'silent';
	readonly cutOff: 'refuse' | 'silent';
	readonly crashWork: CrashWork;
	readonly shed: readonly ShedRule[];
	/** service time by class */
	readonly service: readonly Distribution[];
	readonly serviceDecided: ServiceDecided;
	/** load law: time x (1 + slope x other requests in service at the start) */
	readonly perInFlight: number;
	/** after a restart, service takes `factor` times as long for `forUs` */
	readonly coldStart: { readonly forUs: number; readonly factor: number } | null;
}

/** Takes crashed or cut-off nodes out of rotation once they have been so for `afterUs`. */
export interface Failover {
	readonly afterUs: number;
	/** a pool of which a smaller share is in rotation is sent to as a whole; 0: attempts are refused where all are out; null: all are used then */
	readonly panic: number | null;
}
