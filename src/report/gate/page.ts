/** Makes the page's data of what gates are worth: how often they detect and cry wolf, and what each check can see. */

import type { CheckQuality } from '../../experiment/gate/check-power.js';
import { DEFAULTS, type GateQuality } from '../../experiment/gate/gate-quality.js';
import { digestsOf, type Replications } from '../../experiment/replicate/replications.js';
import type { Proportion } from '../../experiment/statistics/proportion.js';
import { formatShare } from '../../kernel/units.js';
import type { Scenario } from '../../scenario/load.js';
import { jsonOf } from '../files/json.js';
import { aboutOf, assumptionsOf } from '../page/about.js';
import type { PageVerdict } from '../page/parts.js';
import type { Finding } from '../text/finding.js';
import { gateJson, gateRows } from './files.js';
import { detectionSentence } from './gate-sentences.js';
import type { CheckPart, GatePage } from './page-data.js';
import {
	bothText,
	checkHead,
	checkParts,
	costParts,
	detectorText,
	detectText,
	falseAlarmText,
	inconclusiveText,
	notesOf,
	timeText,
} from './text.js';

/** Lines of runs on a page: gate.csv has all of them. */
const MOST_RUNS = 500;

interface Made {
	readonly scenario: Scenario;
	readonly found: Replications;
	readonly quality: GateQuality;
	readonly rerun: string;
	readonly version: string;
}

export function gatePage({ scenario, found, quality, rerun, version }: Made): GatePage {
	const { seeds, harmAbove, checks } = quality;
	const question = `what the gates of its rollout are worth: ${seeds.runs} replications (seeds ${seeds.first} to ${seeds.first + seeds.runs - 1}), each beside its harmless twin; intervals at ${formatShare(DEFAULTS.confidence)}`;
	const [head, ...rows] = gateRows(found, quality);
	const text = (cell: string | number | null): string => (cell === null ? '' : String(cell));
	return {
		kind: 'gate',
		version,
		...aboutOf(scenario, question, rerun),
		verdicts: verdictsOf(quality),
		findings: findingsOf(quality),
		assumptions: assumptionsOf(scenario),
		checks: checks.map(checkPart),
		harm: `harm: more than ${formatShare(harmAbove)} of the first attempts that met the change failed for it`,
		runs: [head, ...rows.slice(0, MOST_RUNS)].map((row) => row.map(text)),
		left: Math.max(0, digestsOf(found).length - MOST_RUNS),
		summary: jsonOf(gateJson(quality, version)),
	};
}

function verdictsOf(quality: GateQuality): PageVerdict[] {
	const { detect, falseAlarm, inconclusive } = quality;
	const tone = ({ n }: Proportion, decided: PageVerdict['tone']): PageVerdict['tone'] => (n === 0 ? 'open' : decided);
	return [
		{
			text: `P(detect) ${detectText(quality)}`,
			tone: tone(detect, detect.hits === detect.n ? 'good' : 'bad'),
		},
		{
			text: `P(false alarm) ${falseAlarmText(quality)}`,
			tone: tone(falseAlarm, falseAlarm.hits > 0 ? 'bad' : 'good'),
		},
		{
			text: `P(inconclusive) ${inconclusiveText(quality)}`,
			tone: tone(inconclusive, inconclusive.hits > 0 ? 'note' : 'good'),
		},
	];
}

function findingsOf(quality: GateQuality): Finding[] {
	const { detect, time, detectors, people, alert, twinAlert } = quality;
	return [
		...(detect.hits === 0 ? [] : [{ label: 'time to verdict', text: timeText(time) }]),
		...detectors.map((one) => ({ label: 'tripped', text: detectorText(one) })),
		...costParts(quality),
		...notesOf(quality).map((text) => ({ label: 'note', text })),
		...(people ? [{ label: 'P(alert)', text: `${bothText(alert, twinAlert)}: people, not gates` }] : []),
	];
}

function checkPart(quality: CheckQuality): CheckPart {
	const { detection } = quality;
	return {
		title: checkHead(quality.check),
		sentence: detectionSentence(quality),
		tone: TONES[detection],
		rows: checkParts(quality),
	};
}

const TONES: Readonly<Record<CheckQuality['detection'], PageVerdict['tone']>> = {
	detects: 'good',
	nothing: 'good',
	'alarms-undecided': 'open',
	'not-asked': 'note',
	alarms: 'bad',
	coverage: 'bad',
	timing: 'bad',
	'sample-size': 'bad',
	limit: 'bad',
};
