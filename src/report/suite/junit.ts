/**
 * A test suite as JUnit XML, which every CI reads: a testsuite for each variant of each file, a testcase for each
 * expectation. What is undecided or inconclusive is an error of that type, with the reason: a CI that passes over it would take it
 * for kept. Runs that did not come to an end are an error of type `incomplete` of their variant. No times and no host: the
 * same bytes every time.
 */
import type { JudgedExpectation } from '../../experiment/replicate/probabilistic-expectations.js';
import type { SuiteResult } from '../../experiment/replicate/suite.js';
import { judgementOf } from '../text/judgement.js';
import { countSuites, judgedSuite, lostText } from './text.js';

export function junit(results: readonly SuiteResult[], firstSeed: number): string {
	const lines = [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites${attribute('name', `retrystorm: ${judgementOf(results.map(judgedSuite)).text}`)}${counts(results)}>`,
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
			: [opening('every run comes to an end'), `      ${element('error', 'incomplete', lost)}`, '    </testcase>']),
		...judged.flatMap((one) => [opening(one.expectation.text), `      ${verdictElement(one)}`, '    </testcase>']),
		'  </testsuite>',
	];
}

function verdictElement({ verdict, text }: JudgedExpectation): string {
	if (verdict === 'pass') return `<system-out>${escaped(text)}</system-out>`;
	return element(verdict === 'fail' || verdict === 'no-data' ? 'failure' : 'error', verdict, text);
}

/** Some readers show the message, others what is inside. */
const element = (name: 'error' | 'failure', type: string, text: string): string =>
	`<${name}${attribute('type', type)}${attribute('message', text)}>${escaped(text)}</${name}>`;

function counts(results: readonly SuiteResult[]): string {
	const { expectations, passed, failed } = countSuites(results);
	const incomplete = results.filter(({ failures }) => failures.length > 0).length;
	const errors = incomplete + expectations - passed - failed;
	return ` tests="${expectations + incomplete}" failures="${failed}" errors="${errors}" skipped="0"`;
}

const attribute = (name: string, text: string): string => ` ${name}="${escaped(text)}"`;

/** What XML 1.0 has no word for, not even an escaped one: most control characters, halves of surrogate pairs. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Line ends are escaped too: inside an attribute a reader would turn them into blanks. */
const escaped = (text: string): string =>
	text.replace(NOT_IN_XML, '\u{fffd}').replace(/[&<>"'\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
