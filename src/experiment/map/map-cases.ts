/** Which worlds a map asks about: a scenario with two of its fields set to a place on the plane, begun fresh or collapsed. */
import { formatDuration, formatShare } from '../../kernel/units.js';
import { InvalidScenario, type Issue } from '../../scenario/document/issue.js';
import { type LoadOptions, loadScenario, type Scenario } from '../../scenario/load.js';
import { type Case, caseOf } from '../task/case.js';
import type { Axis } from './axis.js';
import { hasStart, startArguments } from './initial-states.js';
import type { StartKind } from './point-runs.js';

/** A scenario file and what a command line asks of it. */
export interface MapScenario extends LoadOptions {
	readonly text: string;
}

/**
 * The cases of a plane. What the scenario expects of a run is not asked: a map judges by P(collapsed) alone.
 * @returns what gives the case of a place, x and y as the scenario writes them
 */
export function casesOf(source: MapScenario, x: Axis, y: Axis): (x: string, y: string, start: StartKind) => Case {
	const written = at(source, []);
	return (atX, atY, start) => {
		const place = [`${x.path}=${atX}`, `${y.path}=${atY}`];
		const scenario = at(source, [...place, ...startArguments(written, start)]);
		const label = `${place.join(', ')}, ${start} start`;
		return caseOf(label, { ...scenario, expectations: [] }, () => scenario);
	};
}

function at({ text, file, variant, set = [] }: MapScenario, more: readonly string[]): Scenario {
	return loadScenario(text, { file, variant, set: [...set, ...more] });
}

/**
 * Loads every value of either axis, the other at its lowest, so that a slip is found before hours of runs and not within.
 * @returns what some of these values are warned of and the scenario as it stands is not, with the first such value
 * @throws InvalidScenario (exit 104) of the first value with mistakes
 */
export function checkAxes(source: MapScenario, x: Axis, y: Axis): string[] {
	const known = new Set(at(source, []).warnings.map(kindOfWarning));
	const found: string[] = [];
	const addWarnings = (warnings: readonly Issue[], place: string): void => {
		for (const warning of warnings) {
			if (known.has(kindOfWarning(warning)) || warning.path.startsWith('expect')) continue;
			known.add(kindOfWarning(warning));
			found.push(`${warning.text} (at ${place}, and maybe at others)`);
		}
	};
	for (const [axis, other] of [
		[x, y],
		[y, x],
	]) {
		for (const text of axis.texts) {
			try {
				const place = [`${other.path}=${other.texts[0]}`, `${axis.path}=${text}`];
				addWarnings(at(source, place).warnings, place.join(', '));
			} catch (error) {
				if (!(error instanceof InvalidScenario) || !needsWholes(axis, text)) throw error;
				throw new InvalidScenario([...error.issues, hint(error.issues[0], axis)]);
			}
		}
	}
	return found;
}

/** Warnings that differ in their numbers alone say the same. */
const kindOfWarning = ({ path, message }: Issue): string => `${path}: ${message.replace(/[\d.]+/g, '#')}`;

/** A value between two whole ends that is none itself. */
const needsWholes = ({ values, unit }: Axis, text: string): boolean =>
	unit === 'number' && [values[0], values[values.length - 1]].every(Number.isInteger) && text.includes('.');

function hint(issue: Issue, { path, values }: Axis): Issue {
	const [low, high] = [values[0], values[values.length - 1]];
	const message = `whole numbers alone: ${path} ${low} ${high} ${high - low + 1} would do`;
	return { ...issue, message, text: `${path}: note: ${message}` };
}

/** What a reader of the map should know about the scenario: how collapse is judged, and what pushes the system by itself. */
export function mapNotes(scenario: Scenario): string[] {
	const { warmUpUs, horizonUs, verdicts, ...world } = scenario.world;
	const { collapsedLastUs, collapsedBelow } = verdicts;
	const share = formatShare(collapsedBelow);
	const windowUs = horizonUs - warmUpUs;
	const lastUs = Math.min(collapsedLastUs, windowUs);
	const judged = `collapsed: in the last ${formatDuration(lastUs)} of ${formatDuration(windowUs)} goodput is below ${share} of demand; what would come back later counts as collapsed`;
	const triggers = [
		...world.trafficTriggers.map(({ name }) => `spike ${name}`),
		...world.faults.map(({ name }) => `fault ${name}`),
		...world.rollouts.map(({ name }) => `rollout ${name}`),
	];
	return [
		judged,
		hasStart(scenario)
			? 'begun collapsed: as its own `start` says'
			: 'begun collapsed: every node full of abandoned work, clients in back-off (`start: collapsed`)',
		...(triggers.length === 0
			? []
			: [`every run meets ${triggers.join(', ')}: what that takes down for good is drawn as doomed`]),
	];
}
