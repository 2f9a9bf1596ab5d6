/**
 * Active health checks as `edge.failover`: a server that does not answer so many checks in a row is taken out of rotation. It dies
 * somewhere between two checks, so the last one that it must miss comes half an interval early in the middle.
 */
import { formatDuration } from '../../../kernel/units.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { block } from './layer.js';
import type { Ledger, WrittenField } from './ledger.js';

export interface HealthCheck {
	readonly intervalUs: number;
	/** checks in a row that must fail */
	readonly fall: number;
	/** how it is written */
	readonly said: string;
}

/** The line `failover` of an edge. @param panic below which share in rotation all are sent to again; null for never */
export function failoverLine(
	{ intervalUs, fall, said }: HealthCheck,
	from: WrittenField,
	ledger: Ledger,
	panic: Line | null = null,
): Line {
	const afterUs = Math.round((fall - 0.5) * intervalUs);
	const range = `${formatDuration(Math.max(0, (fall - 1) * intervalUs))} to ${formatDuration(fall * intervalUs)}`;
	const text = `${said}: a server that is gone is out of rotation after ${range}, here always after the mean; it is back at once when it is back (no rise), and a server that answers with errors is not taken out`;
	const after = line('after', formatDuration(Math.max(1_000, afterUs)));
	return line('failover', block(after, panic), ledger.assumed(from, text));
}
