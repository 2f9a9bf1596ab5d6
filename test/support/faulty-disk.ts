/** Disks that fail at one system call, to see what a command leaves behind then. */
import type { DiskCalls } from '../../src/executors/disk.js';
import { replaceDiskCalls } from '../../src/executors/disk.js';

/** crash: the process is gone, and does nothing more; full: from there on nothing can be written; short: half is taken, once */
export const FAULTS = ['crash', 'full', 'short'] as const;
export type Fault = (typeof FAULTS)[number];

export class Crash extends Error {}

export interface Counted {
	/** names of the calls, in their order */
	readonly calls: (keyof DiskCalls)[];
}

/** Does work on a disk that fails at its `at`-th call, from 0; null: that only counts. */
export async function onFaultyDisk(
	fault: Fault | null,
	at: number,
	work: () => Promise<unknown>,
): Promise<Counted & { readonly error: unknown }> {
	const calls: (keyof DiskCalls)[] = [];
	const restore = replaceDiskCalls((machine) => {
		const wrapped = Object.entries(machine).map(([name, call]) => [
			name,
			(...args: unknown[]) => {
				const now = calls.push(name as keyof DiskCalls) - 1;
				if (fault === 'crash' && now >= at) throw crashAt(machine, name, args, now === at);
				if (fault === 'full' && now >= at && NEEDS_SPACE.has(name)) throw coded('ENOSPC');
				if (fault === 'short' && now === at && name === 'write') {
					const [open, bytes, position] = args as Parameters<DiskCalls['write']>;
					return machine.write(open, bytes.subarray(0, Math.max(1, bytes.length >> 1)), position);
				}
				return (call as (...all: unknown[]) => unknown)(...args);
			},
		]);
		return Object.fromEntries(wrapped) as unknown as DiskCalls;
	});
	try {
		await work();
		return { calls, error: null };
	} catch (error) {
		return { calls, error };
	} finally {
		restore();
	}
}

/** A process that dies while it writes may leave half of it. */
function crashAt(machine: DiskCalls, name: string, args: readonly unknown[], first: boolean): Crash {
	if (first && name === 'write') {
		const [open, bytes, position] = args as Parameters<DiskCalls['write']>;
		machine.write(open, bytes.subarray(0, bytes.length >> 1), position);
	}
	return new Crash('the process is gone');
}

/** Calls that a full disk may refuse. */
export const NEEDS_SPACE: ReadonlySet<string> = new Set(['mkdir', 'open', 'write', 'sync', 'link', 'rename', 'close']);

const coded = (code: string): Error => Object.assign(new Error(code), { code });
