/**
 * Linkerd's annotations on a Service or a route: a limit per request and no budget. Source: linkerd2 and linkerd2-proxy, as of
 * 2.16; back-off and the limit on bodies are not configurable there.
 */

import { formatDuration, formatShare, MILLISECOND, SECOND } from '../../../kernel/units.js';
import { eachOf, together } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, linkerdDuration } from '../policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';
import {
	type CauseWord,
	GATEWAY_ERRORS,
	grpcCauses,
	grpcCode,
	SERVER_ERRORS,
	statuses,
} from '../policy/status-causes.js';
import { isServiceProfile, profileLayers } from './service-profile.js';

const LIKE = 'one whole number with ms, s, m, h or d, such as 400ms,';
const [BACKOFF_US, BACKOFF_CAP_US] = [25 * MILLISECOND, 250 * MILLISECOND];
const DEFAULT_JITTER = 0.5;
const PREFIXES = /^(?:retry|timeout|balancer|balancer\.alpha)\.linkerd\.io\//;
const GRPC = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

const annotationsOf = ({ body }: Resource): Field => body.dig('metadata.annotations');

const keysOf = (resource: Resource): string[] => {
	const { node } = annotationsOf(resource);
	return node?.kind === 'map' ? [...node.entries.keys()].filter((key) => PREFIXES.test(key)) : [];
};

export const isAnnotated = (resource: Resource): boolean => keysOf(resource).length > 0;

/** @param resources of all documents: those with annotations, and profiles */
export function importLinkerd(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const annotated = resources.filter(isAnnotated);
	const profiles = resources.filter(isServiceProfile);
	const [drawn, profiled] = together(
		() => eachOf(annotated, (each) => annotatedLayer(each, ledger)),
		() => eachOf(profiles, (each) => profileLayers(each, ledger)).flat(),
	);
	const layers = [...drawn, ...profiled];
	for (const { body } of [...annotated, ...profiles]) ledger.rest(body);
	return layers;
}

function annotatedLayer(resource: Resource, ledger: Ledger): RetryLayer {
	const { body, kind, name } = resource;
	const all = annotationsOf(resource);
	const note = ledger.understood(all, `annotations of Linkerd on ${kind} ${name}`);
	const [tries, timeouts, breaker] = together(
		() => triesOf(all, ledger),
		() => timeoutsOf(all, ledger),
		() => breakerOf(all, ledger),
	);
	const lines = present([...tries, ...timeouts, breaker]);
	ledger.head(body);
	return { name, file: body.file, note, layer: 'mesh', lines, nodes: null };
}

function triesOf(all: Field, ledger: Ledger): Line[] {
	const [http, grpc, limit] = ['http', 'grpc', 'limit'].map((key) => all.get(`retry.linkerd.io/${key}`));
	const timeout = all.get('retry.linkerd.io/timeout');
	if (![http, grpc, limit, timeout].some(({ given }) => given))
		return [line('attempts', 1, ledger.understood(all, 'no annotation of retry.linkerd.io: Linkerd retries nothing'))];
	const written = limit.whole(0, 65_535);
	const retries = written === null || written === 0 ? 1 : written;
	const attemptsNote = !limit.given
		? ledger.assumed(all, 'no retry.linkerd.io/limit: 1 retry by default')
		: ledger.understood(
				limit,
				written === 0 ? 'limit: 0 counts as unset, so it is 1 retry' : `limit: ${written} retries`,
			);
	// Whatever is written: a stream that was refused, and answers that took too long where a timeout of retries says so.
	const limitUs = durationOf(timeout, linkerdDuration, LIKE);
	const always: CauseWord[] = limitUs === null || limitUs === 0 ? [] : ['timeout'];
	const words = [...httpWords(http, ledger), ...grpcWords(grpc, ledger), ...always];
	ledger.unexpressed(
		all,
		'refused streams are retried always, and connections that fail never: here both are `refused`, which is not',
	);
	ledger.unexpressed(all, 'a body above 64 KiB is never retried there; requests have no size here');
	const lists = [http, grpc].filter((field) => field.given && !isDropped(field));
	const said = lists.map((field) => `${field.path.split('/').at(-1)}: ${field.text()}`);
	const from: WrittenField = lists[0] ?? all;
	const text =
		said.length === 0
			? 'neither retry.linkerd.io/http nor /grpc, as Linkerd reads them: no status is retried'
			: said.join('; ');
	const backoff = ledger.assumed(all, 'back-off is fixed in Linkerd: 25 ms, doubling up to 250 ms, x U(1, 2)');
	return [
		...triesLines({ attempts: retries + 1, attemptsNote, on: words, from, said: text }, ledger),
		line(
			'backoff',
			block(
				line('growth', 'exponential'),
				time('base', BACKOFF_US, null),
				time('cap', BACKOFF_CAP_US, null),
				line('capStage', 'result'),
				line('jitter', { scale: [1, 2] }),
			),
			backoff,
		),
	];
}

const isDropped = (field: Field): boolean => /\s/.test(field.text() ?? '');

/** A list without blanks: with one Linkerd drops the annotation. */
function tokensOf(field: Field, ledger: Ledger): string[] {
	const text = field.text();
	if (text === null) return [];
	if (isDropped(field)) {
		ledger.unexpressed(field, `${field.path.split('/').at(-1)}: a list with blanks, which Linkerd does not read`);
		return [];
	}
	return text.split(',').filter((token) => token !== '');
}

function httpWords(field: Field, ledger: Ledger): CauseWord[] {
	return tokensOf(field, ledger).flatMap((token) => {
		if (token === '5xx') return SERVER_ERRORS;
		if (token === 'gateway-error') return GATEWAY_ERRORS;
		const range = /^(\d{3})(?:-(\d{3}))?$/.exec(token);
		if (range === null) throw field.wrong('a list of 5xx, gateway-error, 503 or 500-504, without blanks,');
		const words = statuses(Number(range[1]), Number(range[2] ?? range[1]));
		if (words.length === 0) ledger.unexpressed(field, `${token}: no edge here answers it`);
		return words;
	});
}

function grpcWords(field: Field, ledger: Ledger): CauseWord[] {
	return tokensOf(field, ledger).flatMap((token) => {
		const code = GRPC.includes(token) ? grpcCode(token) : null;
		if (code === null) throw field.wrong(`a list of ${GRPC.join(', ')}, without blanks,`);
		const words = grpcCauses(code, false);
		if (words.length === 0) ledger.unexpressed(field, `${token}: no edge here answers it`);
		else ledger.assumed(field, `${token}: taken for ${words.join(', ')}`);
		return words;
	});
}

function timeoutsOf(all: Field, ledger: Ledger): (Line | null)[] {
	const tries = all.get('retry.linkerd.io/timeout');
	const [request, response, idle] = ['request', 'response', 'idle'].map((key) => all.get(`timeout.linkerd.io/${key}`));
	const [triesUs, requestUs, responseUs] = [tries, request, response].map((field) =>
		durationOf(field, linkerdDuration, LIKE),
	);
	if (idle.given) ledger.unexpressed(idle, 'timeout idle: streams do not fall silent here');
	if (responseUs !== null && responseUs > 0)
		ledger.unexpressed(
			response,
			'timeout response: the wait for headers of one try; `timeout` of the layer would be the place',
		);
	const lines: Line[] = [];
	if (triesUs !== null && triesUs > 0) {
		ledger.unexpressed(tries, 'Linkerd takes this timeout off the last try; here it holds for that one too');
		lines.push(time('timeout', triesUs, ledger.understood(tries, `timeout of a try: ${tries.text()}`)));
	} else if (tries.given) ledger.understood(tries, 'timeout of a try: 0 is unset');
	if (requestUs === null || requestUs === 0) {
		if (request.given) ledger.understood(request, 'timeout request: 0 is unset');
		return lines;
	}
	const note = ledger.understood(request, `timeout of the request: ${request.text()} covers all tries`);
	return [...lines, line('overall', { after: formatDuration(requestUs), checked: 'always' }, note)];
}

/** Failure accrual, of each endpoint: it opens after so many failures in a row, for a penalty that doubles. */
function breakerOf(all: Field, ledger: Ledger): Line | null {
	const mode = all.get('balancer.linkerd.io/failure-accrual');
	if (!mode.given) return null;
	const key = (name: string): Field => all.get(`balancer.linkerd.io/failure-accrual-consecutive-${name}`);
	const [most, least, cap, ratio] = [key('max-failures'), key('min-penalty'), key('max-penalty'), key('jitter-ratio')];
	if (!['consecutive', 'unified'].includes(mode.text() ?? '')) throw mode.wrong('consecutive or unified');
	if (mode.text() === 'unified')
		ledger.unexpressed(mode, 'unified: its share of successes is left out; failures in a row are counted alone');
	const said = (field: Field, name: string, byDefault: string) =>
		field.given
			? ledger.understood(field, `${name}: ${field.text()}`)
			: ledger.assumed(mode, `no ${name}: ${byDefault} by default`);
	const penalty = (field: Field, byDefaultUs: number): number =>
		durationOf(field, linkerdDuration, LIKE) ?? byDefaultUs;
	return line(
		'breaker',
		block(
			line('kind', 'consecutive'),
			line('failures', most.whole(1, 1_000_000) ?? 7, said(most, 'max-failures', '7')),
			line(
				'open',
				block(
					line('growth', 'exponential'),
					time('base', penalty(least, SECOND), said(least, 'min-penalty', '1s')),
					time('cap', penalty(cap, 60 * SECOND), said(cap, 'max-penalty', '60s')),
					line('jitter', formatShare(ratio.within(0, 100) ?? DEFAULT_JITTER), said(ratio, 'jitter-ratio', '0.5')),
				),
			),
			line('scope', 'host'),
		),
		ledger.understood(mode, `failure-accrual: ${mode.text()}, of each endpoint`),
	);
}
