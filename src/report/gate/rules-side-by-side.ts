/** Rules side by side: a line for each variant whose gates were asked, so that a reader can choose among them. */
import type { GateQuality } from '../../experiment/gate/gate-quality.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';
import { plain, type Style } from '../text/style.js';
import { row } from '../text/text-table.js';
import { smallShare } from './gate-sentences.js';

const LABEL_WIDTH = 13;
const CELL_WIDTH = 13;
/** median time; means of requests lost before the verdict and of first attempts exposed: their intervals stand in each block */
const HEADS = ['detect', 'after', 'lost', 'exposed', 'false alarm'];

/** Ends with a line feed; nothing where there is one variant alone. @param named what a line is called, and what was found */
export function gatesSideBySide(named: readonly (readonly [string, GateQuality])[], style: Style = plain): string {
	if (named.length < 2) return '';
	const lines = named.map(([name, { detect, time, harmed, exposure, falseAlarm }]) =>
		cells(name, [
			ofText(detect),
			time.median.value === null ? '-' : formatSpan(time.median.value),
			harmed.lost.mean === null ? '-' : formatCount(harmed.lost.mean),
			exposure.share.mean === null ? '-' : smallShare(exposure.share.mean),
			ofText(falseAlarm),
		]),
	);
	return `${[style('title', cells('', HEADS)), ...lines].join('\n')}\n`;
}

const cells = (label: string, texts: readonly string[]): string => `  ${row(label, texts, LABEL_WIDTH, CELL_WIDTH)}`;

const ofText = ({ hits, n }: Proportion): string => `${hits} of ${n}`;
