/**
 * The workers of a node, and the work under way. Each job has so much work left and goes on at a rate: the speed of the
 * workers, and under processor sharing min(1, workers / jobs) of it. Whenever rates change, all jobs are told.
 */
import type { NodeGroup } from '../../../../src/model/node-group.js';
import type { Reply } from '../../../../src/model/reply.js';
import type { Agenda, Booking } from '../agenda.js';
import type { Attempt } from '../attempt.js';

export interface Job {
	/** null: the answering of a rejection */
	readonly attempt: Attempt | null;
	/** what is left to do, at full speed */
	workUs: number;
	readonly failure?: Reply | null;
	readonly startedUs: number;
	rate: number;
	sinceUs: number;
	end: Booking | null;
}

export interface Workers {
	readonly jobs: Job[];
	busy(): number;
	free(): number;
	take(job: Pick<Job, 'attempt' | 'workUs' | 'failure'>): void;
	drop(attempt: Attempt): void;
	/** @returns what was under way */
	clear(): Job[];
	repace(): void;
}

/** @param keepTime is told before anything changes */
export function newWorkers(
	agenda: Agenda,
	group: NodeGroup,
	speed: () => number,
	keepTime: () => void,
	onDone: (job: Job) => void,
): Workers {
	const jobs: Job[] = [];
	const sharing = group.discipline === 'processor-sharing';
	const rateNow = (): number => speed() * (sharing ? Math.min(1, group.workers / jobs.length) : 1);

	/** Counts what was done since the rates changed last, and books the ends anew where they change now. */
	function repace() {
		const rate = rateNow();
		for (const job of jobs) {
			if (job.rate === rate) continue;
			job.workUs -= (agenda.nowUs - job.sinceUs) * job.rate;
			job.sinceUs = agenda.nowUs;
			job.rate = rate;
			if (job.end !== null) job.end.off = true;
			job.end =
				rate === 0
					? null
					: agenda.book(agenda.nowUs + Math.max(0, Math.round(job.workUs / rate)), 'server', () => finish(job));
		}
	}

	function remove(job: Job) {
		keepTime();
		if (job.end !== null) job.end.off = true;
		jobs.splice(jobs.indexOf(job), 1);
		repace();
	}

	function finish(job: Job) {
		remove(job);
		onDone(job);
	}

	return {
		jobs,
		busy: () => Math.min(jobs.length, group.workers),
		free: () => Math.max(0, group.workers - jobs.length),
		take(job) {
			keepTime();
			jobs.push({ ...job, startedUs: agenda.nowUs, rate: -1, sinceUs: agenda.nowUs, end: null });
			repace();
		},
		drop(attempt) {
			const job = jobs.find((one) => one.attempt === attempt);
			if (job !== undefined) remove(job);
		},
		clear() {
			keepTime();
			for (const { end } of jobs) if (end !== null) end.off = true;
			return jobs.splice(0);
		},
		repace,
	};
}
