/** The share of nodes that run each change as a time bucket ends, everywhere and in each region. */
import type { World } from '../../../model/world.js';
import type { ControlRoom } from '../../control/control-room.js';

export class Adoption {
	/** [bucket x changes + change] */
	readonly everywhere: Float64Array;
	/** [(bucket x changes + change) x regions + region] */
	readonly byRegion: Float64Array;
	private readonly nodesIn: readonly number[];
	private noted = 0;

	constructor(
		private readonly world: World,
		private readonly buckets: number,
		private readonly room: Pick<ControlRoom, 'activeNodes' | 'activeNodesIn'>,
	) {
		this.everywhere = new Float64Array(buckets * world.changes.length);
		this.byRegion = new Float64Array(this.everywhere.length * world.regions.length);
		this.nodesIn = world.regions.map((_, region) =>
			world.groups.reduce((sum, group) => (group.region === region ? sum + group.nodes : sum), 0),
		);
	}

	/** A bucket ends now. */
	note(): void {
		const { changes, nodeCount, regions } = this.world;
		for (let k = 0; k < changes.length; k++) {
			const at = this.noted * changes.length + k;
			this.everywhere[at] = this.room.activeNodes(k) / nodeCount;
			const active = this.room.activeNodesIn(k);
			for (let region = 0; region < regions.length; region++) {
				if (active[region] > 0) this.byRegion[at * regions.length + region] = active[region] / this.nodesIn[region];
			}
		}
		this.noted++;
	}

	/** The run is over: what is in force now holds for the buckets that it has not reached. */
	fill(): void {
		while (this.noted < this.buckets) this.note();
	}
}
