/** Stages as an import draws them, before they are lines: a weight, what is waited for, and the checks inside. */
import { formatDuration, formatShare } from '../../kernel/units.js';
import type { Note } from '../manifest/provenance-notes.js';
import { Block, type Line, line, type Plain } from '../manifest/yaml-writer.js';

/** A check with its place: `name` is free within its gates. */
export interface StageGate {
	readonly name: string;
	readonly lines: readonly Line[];
	readonly note: Note;
}

export interface Waiting {
	readonly us: number;
	readonly note: Note;
}

export interface StageDraft {
	readonly name: string;
	/** 0..1, of requests or of nodes; null for everywhere */
	readonly weight: { readonly of: 'requests' | 'nodes'; readonly share: number } | null;
	readonly note: Note;
	readonly propagation: { readonly value: Plain; readonly note: Note } | null;
	/** added up */
	readonly hold: readonly Waiting[];
	readonly approval: Waiting | null;
	readonly gates: readonly StageGate[];
	/** gates that were asked about, and what else belongs here */
	readonly above: readonly Note[];
}

/** What an import makes of one resource. */
export interface Imported {
	/** fit to be a name of ours */
	readonly name: string;
	readonly file: string;
	readonly note: Note;
	readonly stages: readonly StageDraft[];
	readonly gates: readonly (StageGate & { readonly from: string | null })[];
	/** what stands above the gates: questions */
	readonly questions: readonly Note[];
	readonly revert: Line;
	/** pods, where they make up the weights */
	readonly replicas: number | null;
}

const approvalUs = ({ approval }: StageDraft): number => (approval === null ? 0 : approval.us);

export const holdUs = ({ hold }: StageDraft): number => hold.reduce((sum, { us }) => sum + us, 0);

/** From the first push to the last, in microseconds. */
export const plannedUs = ({ stages }: Imported): number =>
	stages.reduce((sum, stage) => sum + holdUs(stage) + approvalUs(stage), 0);

/** The lines of `stages` and `gates`. */
export function stageLines({ stages, gates, questions }: Imported): Line[] {
	const drawn = stages.map((stage) => line(stage.name, new Block(oneStage(stage)), stage.note, stage.above));
	const all = gates.map((gate) => gateLine(gate, gate.from));
	return [
		line('stages', new Block(drawn)),
		...(all.length > 0 || questions.length > 0 ? [line('gates', new Block(all), null, questions)] : []),
	];
}

function oneStage(stage: StageDraft): Line[] {
	const { weight, propagation, hold, approval, gates } = stage;
	const total = holdUs(stage);
	const lines: Line[] = [];
	if (weight !== null) lines.push(line('scope', scopeOf(weight)));
	if (propagation !== null) lines.push(line('propagation', propagation.value, propagation.note));
	if (total > 0)
		lines.push(
			line(
				'hold',
				formatDuration(total),
				hold[0].note,
				hold.slice(1).map(({ note }) => note),
			),
		);
	if (approval !== null) lines.push(line('approval', formatDuration(approval.us), approval.note));
	if (gates.length > 0) lines.push(line('gates', new Block(gates.map((gate) => gateLine(gate, null)))));
	return lines;
}

const scopeOf = ({ of, share }: { of: 'requests' | 'nodes'; share: number }): Plain =>
	of === 'requests' ? { requests: formatShare(share), mode: 'divert' } : { nodes: formatShare(share) };

const gateLine = ({ name, lines, note }: StageGate, from: string | null): Line =>
	line(name, new Block(from === null ? lines : [line('from', from), ...lines]), note);
