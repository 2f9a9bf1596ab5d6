/** The columns of all edge nodes that stay constant during a run, laid out flat from the world's node groups. */
import type { Streams } from '../../../kernel/random.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import type { NodeGroup } from '../../../model/node-group.js';
import type { World } from '../../../model/world.js';
import { Times } from '../time/time-laws.js';

export class NodeTable {
	readonly count: number;
	readonly group: Int32Array;
	readonly region: Int32Array;
	readonly platform: Int32Array;
	readonly workers: Int32Array;
	/** waiting places; Infinity allowed, hence a Float64Array */
	readonly queueLimit: Float64Array;
	/** service time at unit speed in whole us: [node x classes + class]; one stream per node */
	readonly service: Times;
	/** 1 where all attempts in the node share its workers */
	readonly shares: Uint8Array;
	/** 1 where the length of a service is decided at the admission */
	readonly decidesAtAdmission: Uint8Array;
	/** 1 where a client that stops waiting cancels its attempt */
	readonly cancels: Uint8Array;
	/** 1 where it makes a difference to the node that a client stops waiting: it cancels, or the node shares */
	readonly noticesLeaving: Uint8Array;

	constructor(
		readonly world: World,
		streams: Streams,
	) {
		this.count = world.nodeCount;
		this.group = new Int32Array(this.count);
		this.region = new Int32Array(this.count);
		this.platform = new Int32Array(this.count);
		this.workers = new Int32Array(this.count);
		this.queueLimit = new Float64Array(this.count);
		this.shares = new Uint8Array(this.count);
		this.decidesAtAdmission = new Uint8Array(this.count);
		this.cancels = new Uint8Array(this.count);
		this.noticesLeaving = new Uint8Array(this.count);
		const service: Distribution[] = [];
		world.groups.forEach((group, index) => {
			for (let k = 0; k < group.nodes; k++) this.fill(group.firstNode + k, group, index, service);
		});
		this.service = Times.byOwner(service, this.count, (node) => streams.uniform(this.streamName(node)));
	}

	groupOf(node: number): NodeGroup {
		return this.world.groups[this.group[node]];
	}

	private fill(node: number, group: NodeGroup, index: number, service: Distribution[]): void {
		this.group[node] = index;
		this.region[node] = group.region;
		this.platform[node] = group.platform;
		this.workers[node] = group.workers;
		this.queueLimit[node] = group.queueLimit;
		this.shares[node] = group.discipline === 'processor-sharing' ? 1 : 0;
		this.decidesAtAdmission[node] = group.serviceDecided === 'admission' ? 1 : 0;
		this.cancels[node] = group.abandoned === 'cancel-queued' || group.abandoned === 'cancel-in-service' ? 1 : 0;
		this.noticesLeaving[node] = Math.max(this.shares[node], this.cancels[node]);
		for (const law of group.service) service.push(law);
	}

	/** Names of streams seed their draws: another name would change every result. */
	private streamName(node: number): string {
		const { name, region, firstNode } = this.groupOf(node);
		return `service/${this.world.regions[region].name}/${name}/${node - firstNode}`;
	}
}
