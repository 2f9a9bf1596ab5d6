/**
 * Objectives as expectations of a run, and as the page that multi-window burn rates give: in a small world that keeps them, with a
 * variant in which a bad push burns the budget until the page has called people; or as a variant of a scenario.
 */

import { UserError } from '../../kernel/errors.js';
import { SECOND } from '../../kernel/units.js';
import { readSource } from '../../scenario/document/yaml-source.js';
import { BASE, variantNames } from '../../scenario/variants.js';
import { together } from '../manifest/collect-errors.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import { type Given, nothingIn, resourcesOf } from '../manifest/resources.js';
import { Block, type Line, line, type Plain, write } from '../manifest/yaml-writer.js';
import { parseQuery } from '../promql/parser.js';
import { type QueryMeaning, queryMeaning } from '../promql/query-meaning.js';
import type { Ledger } from '../retries/policy/ledger.js';
import { type OverlaidVariant, withVariant } from '../rollouts/rollout-overlay.js';
import { isObjective, isPlainSloth, objectivesOf, sloth, type WrittenObjective } from './objective-kinds.js';

/** Of the page of the SRE workbook: 2 % of a budget of 30 days in an hour. */
const [FACTOR, LONG, SHORT] = [14.4, '1h', '5m'];
const LONG_MINUTES = 60;
/** Of the bad push: 20 times as fast as the page needs, which it then gives after a twentieth of its long window. */
const BURNS = 20 * FACTOR;
const QUANTILES = new Map([
	[0.5, 'request-p50'],
	[0.9, 'request-p90'],
	[0.99, 'request-p99'],
	[0.999, 'request-p999'],
]);

export const isObjectives = (document: Field): boolean =>
	isPlainSloth(document) || resourcesOf(document).some(isObjective);

/** @throws InvalidScenario where nothing of them can be expected of a run */
export function importObjectives(
	documents: readonly Field[],
	file: string,
	base: Given | null,
	ledger: Ledger,
): { readonly text: string; readonly variants: readonly string[] } {
	const mine = documents.filter(isObjectives).map(({ strictly }) => strictly);
	const written = together(
		...mine.map(
			(document) => () =>
				isPlainSloth(document)
					? sloth(document, ledger)
					: resourcesOf(document).flatMap((resource) => objectivesOf(resource, ledger)),
		),
	).flat();
	const expected = written.flatMap((each) => expectationOf(each, ledger));
	for (const document of mine) ledger.rest(document);
	if (expected.length === 0) throw nothingIn(file, 'objectives of which none is a share of requests');
	const expect = line(
		'expect',
		expected.map(({ line: one }) => one),
	);
	const paged = expected.find(({ objective }) => objective.paged);
	if (base !== null) return overlaid(base, expected[0].objective.name, expect, paged, ledger);
	return {
		text: worldOf(file, expected, expect, paged, ledger),
		variants: [BASE, ...(paged === undefined ? [] : [PUSH])],
	};
}

interface Expected {
	readonly objective: WrittenObjective;
	readonly line: Plain;
	/** the share that fails is that of requests that were lost, not of slow ones */
	readonly ofFailures: boolean;
}

function expectationOf(objective: WrittenObjective, ledger: Ledger): Expected[] {
	const { product, name, from, at, target, query } = objective;
	const promised = percentOf(target);
	ledger.understood(at, `${product}: ${name}: ${promised} of the requests shall be good`);
	const meaning = query === null ? null : meaningOf(query);
	const slow = meaning?.measure.kind === 'share' && meaning.measure.numerator === 'slow' ? meaning.measure : null;
	if (slow !== null && slow.slowerThanUs !== null) {
		const metric = QUANTILES.get(Number(target.toFixed(6)));
		if (metric === undefined) {
			ledger.unexpressed(
				at,
				`${name}: ${promised} within a time: only 50, 90, 99 and 99.9 % of request times are read; it is left out`,
			);
			return [];
		}
		const below = `${slow.slowerThanUs / SECOND}s`;
		ledger.assumed(from, `${name}: ${metric} below ${below}: of requests that succeed, retries included`);
		return [{ objective: { ...objective, paged: false }, line: { that: metric, below }, ofFailures: false }];
	}
	if (meaning === null)
		ledger.asked(
			from,
			`${name}: what its query counts is not known: taken for the share of requests that succeed; say it with \`expect\` of your own where it is another`,
		);
	else ledger.assumed(from, `${name}: of requests, after their retries; a counter at the server counts every attempt`);
	return [{ objective, line: { that: 'success-rate', between: [promised, '100%'] }, ofFailures: true }];
}

function meaningOf(query: string): QueryMeaning | null {
	try {
		return queryMeaning(parseQuery(query));
	} catch (error) {
		if (error instanceof UserError) return null;
		throw error;
	}
}

/** The page of an objective as a check; null where no share burns so fast. */
function pageOf({ objective }: Expected, ledger: Ledger): Plain | null {
	const { name, target, at } = objective;
	if (!(FACTOR * (1 - target) < 1) || target >= 1) {
		ledger.unexpressed(
			at,
			`${name}: a page at ${FACTOR} times its budget: more than all would have to fail; it is left out`,
		);
		return null;
	}
	ledger.assumed(
		at,
		`${name}: a page at ${FACTOR} times its budget over ${LONG} and ${SHORT}, as the SRE workbook has it; the ticket at 6 times over 6h is left out, a run is shorter`,
	);
	return {
		numerator: 'failures',
		accounting: 'logical-requests',
		window: LONG,
		burnRate: { slo: percentOf(target), factor: FACTOR, short: SHORT },
	};
}

function overlaid(
	base: Given,
	name: string,
	expect: Line,
	paged: Expected | undefined,
	ledger: Ledger,
): { readonly text: string; readonly variants: readonly string[] } {
	const source = readSource(base.text, base.file);
	const variant = freeName(name, new Set([BASE, ...variantNames(source)]));
	if (paged !== undefined)
		ledger.unexpressed(
			paged.objective.at,
			'its page: a variant has its expectations alone; `people: { detect: { alert: ... } }` of a rollout takes the burn rate, as an import without --base writes it',
		);
	const lines = [line('about', 'The objectives of an import.'), expect];
	const laid: OverlaidVariant = { text: withVariant(base.text, variant, lines), variant };
	return { text: laid.text, variants: [laid.variant] };
}

const percentOf = (share: number): string => `${Number((100 * share).toFixed(6))}%`;

const PUSH = 'bad-push';

function worldOf(
	file: string,
	expected: readonly Expected[],
	expect: Line,
	paged: Expected | undefined,
	ledger: Ledger,
): string {
	const page = paged === undefined ? null : pageOf(paged, ledger);
	const name = freeName(expected[0].objective.name, new Set());
	const invented = ledger.assumed(
		expected[0].objective.from,
		`the world is invented: one node, 60 % busy, without errors${page === null ? '' : `; in ${PUSH} a change fails ${BURNS} times the budget, or everything`}`,
	);
	const head = `# Imported from ${file.replace(/\p{Cc}/gu, '?')}. Beside each line stands where it comes from: understood, assumed or asked.\n# ${invented.kind}: ${invented.text}\n`;
	const push =
		page === null || paged === undefined ? [] : [line('variants', new Block([line(PUSH, pushOf(page, paged))]))];
	return `${head}${write([
		line('name', name),
		line('about', 'Objectives as they are written, in a world that is invented.'),
		line('duration', '10m'),
		line('warmUp', '30s'),
		line('traffic', { rate: '120/s' }),
		line('edge', { service: { exponential: '20ms' }, nodes: 1, workers: 4, queue: 100 }),
		line('clients', { apps: { timeout: '2s', retry: { attempts: 1 } } }),
		expect,
		...push,
	])}`;
}

function pushOf(page: Plain, { objective }: Expected): Block {
	const budget = 1 - objective.target;
	const fails = Math.min(1, BURNS * budget);
	// So long the long window takes to fill up to its limit, with an hour before it in which nothing failed.
	const minutes = Math.ceil((LONG_MINUTES * FACTOR * budget) / fails);
	return new Block([
		line('about', 'A push burns the budget until the page has called people, who roll it back.'),
		// The long window sees an hour before the push.
		line('duration', `${LONG_MINUTES + minutes + 17}m`),
		line('changes', { push: { fails: percentOf(fails) } }),
		line('rollouts', {
			push: { at: '62m', stages: { everywhere: {} }, people: { detect: { alert: page }, declare: '2m', decide: '3m' } },
		}),
		line('expect', [{ that: 'time-to-detect', below: `${minutes + 1}m` }]),
	]);
}
