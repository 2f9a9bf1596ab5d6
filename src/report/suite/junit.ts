/**
 * A test suite as JUnit XML, which every CI reads: a testsuite for each variant of each file, a testcase for each
 * expectation. What is inconclusive is skipped, with the reason; what is undecided is an error of its own type; runs that did not come to an end are an error of
 * their variant. No times and no host: the same bytes every time.
 */
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import type { SuiteResult } from '../../experiment/replicate/suite.js';
import { countSuites, lostText } from './text.js';

export function junit(results: readonly SuiteResult[], firstSeed: number): string {
	const lines = [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="retrystorm"${counts(results)}>`,
		...results.flatMap((result) => testsuite(result, firstSeed)),
		'</testsuites>',
	];
	return `${lines.join('\n')}\n`;
}

function testsuite(result: SuiteResult, firstSeed: number): string[] {
	const { suite, judged } = result;
	const { label } = suite.of;
	const lost = lostText(result);
	const opening = (name: string): string => `    <testcase${attribute('classname', label)}${attribute('name', name)}>`;
	return [
		`  <testsuite${attribute('name', label)}${counts([result])}>`,
		'    <properties>',
		`      <property name="replications" value="${suite.replications}"/>`,
		`      <property name="firstSeed" value="${firstSeed}"/>`,
		'    </properties>',
		...(lost === null
			? []
			: [opening('every run comes to an end'), `      ${element('error', lost)}`, '    </testcase>']),
		...judged.flatMap((one) => [opening(one.expectation.text), `      ${verdictElement(one)}`, '    </testcase>']),
		'  </testsuite>',
	];
}

function verdictElement({ verdict, text }: JudgedExpectation): string {
	if (verdict === 'pass') return `<system-out>${escaped(text)}</system-out>`;
	if (verdict === 'undecided') return element('error', text, 'undecided');
	return element(verdict === 'fail' ? 'failure' : 'skipped', text);
}

/** Some readers show the message, others what is inside. */
const element = (name: string, text: string, type?: string): string =>
	`<${name}${type === undefined ? '' : attribute('type', type)}${attribute('message', text)}>${escaped(text)}</${name}>`;

function counts(results: readonly SuiteResult[]): string {
	const { expectations, failed, inconclusive, undecided } = countSuites(results);
	const errors = results.filter(({ failures }) => failures.length > 0).length;
	return ` tests="${expectations + errors}" failures="${failed}" errors="${errors + undecided}" skipped="${inconclusive}"`;
}

const attribute = (name: string, text: string): string => ` ${name}="${escaped(text)}"`;

/** What XML 1.0 has no word for, not even an escaped one: most control characters, halves of surrogate pairs. */
const UNSPEAKABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Line ends are escaped too: inside an attribute a reader would turn them into blanks. */
const escaped = (text: string): string =>
	text.replace(UNSPEAKABLE, '\u{fffd}').replace(/[&<>"'\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
