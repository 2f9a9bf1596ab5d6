/** Makes the page's data of a stability map: a letter per point, and how sure it is. */

import type { StabilityRegion } from '../../experiment/map/point-runs.js';
import type { MapPoint, StabilityMap } from '../../experiment/map/stability-map.js';
import { mapSummary } from '../../experiment/map/summary.js';
import type { Scenario } from '../../scenario/load.js';
import { jsonOf } from '../files/json.js';
import { aboutOf, assumptionsOf } from '../page/about.js';
import type { PageVerdict } from '../page/parts.js';
import { mapJson } from './files.js';
import type { MapPage } from './page-data.js';
import { certainty, inWords, MEANING, sampledLines, undecidedTexts } from './text.js';

interface Made {
	readonly scenario: Scenario;
	readonly map: StabilityMap;
	readonly notes: readonly string[];
	readonly rerun: string;
	readonly version: string;
}

export function mapPage({ scenario, map, notes, rerun, version }: Made): MapPage {
	const { x, y, firstSeed } = map.plan;
	const answer = mapSummary(map);
	const about = aboutOf(
		scenario,
		`${x.path} from ${x.texts[0]} to ${x.texts[x.texts.length - 1]} by ${y.path} from ${y.texts[0]} to ${y.texts[y.texts.length - 1]}: ${answer.points} points, ${map.runs} runs, seeds from ${firstSeed}`,
		rerun,
	);
	return {
		kind: 'map',
		version,
		...about,
		label: `${about.label}: ${y.path} against ${x.path}`,
		verdicts: verdictsOf(map),
		findings: undecidedTexts(answer, map).map((text) => ({ label: 'undecided', text })),
		along: sampledLines(answer).map(({ y: row, stretches }) => ({
			label: `at ${y.texts[row]}`,
			text: inWords(stretches, x),
		})),
		sure: certainty(answer, map).map(([label, text]) => ({ label, text })),
		assumptions: assumptionsOf(scenario),
		down: { name: y.path, labels: y.texts.toReversed() },
		across: { name: x.path, labels: x.texts },
		rows: y.values
			.map((_, row) =>
				map.points
					.slice(row * x.values.length, (row + 1) * x.values.length)
					.map(letterOf)
					.join(''),
			)
			.toReversed(),
		meanings: MEANING,
		notes,
		summary: jsonOf(mapJson(map, about.label, version)),
	};
}

function verdictsOf(map: StabilityMap): PageVerdict[] {
	const { counts, points } = mapSummary(map);
	const tones: Readonly<Record<StabilityRegion, PageVerdict['tone']>> = {
		safe: 'good',
		vulnerable: 'note',
		doomed: 'bad',
		undecided: 'open',
	};
	const verdicts = Object.entries(counts).flatMap(([region, { lookedAt, inferred }]): PageVerdict[] => {
		const name = region as StabilityRegion;
		const share = (lookedAt + inferred) / points;
		const much = share < 0.01 ? 'below 1%' : `${Math.round(100 * share)}%`;
		return lookedAt + inferred === 0
			? []
			: [{ text: `${much} of the plane is ${name}: ${MEANING[name]}`, tone: tones[name] }];
	});
	if (map.interrupted) verdicts.unshift({ text: 'interrupted: what follows is what it has so far', tone: 'bad' });
	return verdicts;
}

/** The first letter of its region, a capital where it was looked at. */
function letterOf({ region, estimates }: MapPoint): string {
	if (region === null) return ' ';
	return estimates === null ? region[0] : region[0].toUpperCase();
}
