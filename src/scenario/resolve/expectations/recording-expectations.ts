/** Expectations about a recording: a share and its bound, and nothing that only a run can be asked. */
import { RECORDING_METRICS, type RecordingExpectation } from '../../../metrics/definitions/recording-metrics.js';
import type { Path } from '../../document/yaml-source.js';
import type { ExpectationFields } from '../../schema/run.js';
import type { ResolveContext } from '../context.js';
import { boundOf } from './bounds.js';

export const isRecordingExpectation = ({ that }: ExpectationFields): boolean =>
	RECORDING_METRICS.some(({ name }) => name === that);

/** @param text what the author wrote, as one line */
export function buildRecordingExpectation(
	draft: ResolveContext,
	written: ExpectationFields,
	text: string,
	path: Path,
): RecordingExpectation {
	for (const field of ['over', 'at', 'versus', 'never', 'share', 'confidence'] as const) {
		if (written[field] === undefined) continue;
		const message = `found ${field}, but ${written.that} is asked of the whole recording; a bound alone would do`;
		draft.problems.error([...path, field], message);
	}
	if (Object.keys(written.where).length > 0) {
		draft.problems.error(
			[...path, 'where'],
			`found where, but a recording is kept for the whole edge; a bound alone would do`,
		);
	}
	return {
		text,
		that: written.that,
		bound: boundOf(draft, { ...written, never: undefined, versus: undefined }, 'share', path),
	};
}
