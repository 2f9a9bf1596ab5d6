/**
 * Configurations as people have them, each with the right answer: what is read, what is said to be left out, and what is refused
 * under whose name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ImportResult, importManifests } from '../../../../src/readers/import.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';
import { ran } from '../../../support/scenario-runs.js';
import { total } from '../../../support/world-builder.js';
import { importText, layerOf, variantOf } from './support.js';

const FIELD = join(import.meta.dirname, '../../../fixtures/import/field');
const textOf = (file: string): string => readFileSync(join(FIELD, file), 'utf8');
const imported = (file: string): ImportResult => importText(textOf(file), file);
const noteTexts = ({ notes }: ImportResult, kind: string): string =>
	notes
		.filter((note) => note.kind === kind)
		.map(({ text }) => text)
		.join('\n');
const edgeOf = ({ text }: ImportResult): Record<string, unknown> => parse(text).edge;

describe('whose file it is', () => {
	it.each([
		[
			'apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: { name: a }\nspec: { retry_policy: { retry_on: "5xx", num_retries: 9 } }\n',
			/found kind: Mapping \(Emissary\) alone/,
		],
		[
			'apiVersion: pubsub.cnrm.cloud.google.com/v1beta1\nkind: PubSubSubscription\nmetadata: { name: a }\nspec: { retryPolicy: { minimumBackoff: 10s } }\n',
			/found kind: PubSubSubscription \(Config Connector of Google Cloud\) alone/,
		],
		[
			'kind: compute#urlMap\npathMatchers: [{ routeRules: [{ routeAction: { retryPolicy: { numRetries: 3, retryConditions: ["5xx"] } } }] }]\n',
			/found kind: compute#urlMap \(Google Cloud\) alone/,
		],
		[
			'apiVersion: example.org/v1\nkind: Thing\nmetadata: { name: a }\nresilience4j: { retry: { instances: { a: { maxAttempts: 4 } } } }\n',
			/found kind: Thing \(example\.org\) alone/,
		],
		[
			'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { methodConfig: [] }\n',
			/found kind: Deployment \(Kubernetes\) alone/,
		],
		['Kind = "service-router"\nName = "web"\n', /found Kind = "service-router" \(Consul, in HCL\)/],
	])('is what it says itself: %#', (text, message) => {
		expect(() => importText(text)).toThrow(message);
	});

	it('is nothing of Envoy where another product has a retryPolicy', () => {
		expect(() => imported('03-pubsub-subscription.yaml')).toThrow(
			/found name, topic, retryPolicy at the top of a file that no reader knows/,
		);
	});

	it.each([
		[
			'20-not-aws.conf',
			/found an INI file \(\[DEFAULT\], \[scheduler\], \[database\]\) of another program, and no AWS profile/,
		],
		[
			'23-dotnet-own-section.json',
			/a section S3Resilience with names of the application's own \(MaxRetryAttempts, .*`Retry: \{ MaxRetryAttempts/,
		],
	])('%s is refused as what it is, without a word on Kubernetes', (file, message) => {
		expect(() => imported(file)).toThrow(message);
		expect(() => imported(file)).not.toThrow(/kind|metadata/);
	});

	it('a document of another product beside ours is left out under its name', () => {
		const result = importText(
			`${textOf('18-istio-consistent-hash.yaml')}---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: n }\n`,
		);
		expect(noteTexts(result, 'not expressed')).toMatch(
			/^kind: NetworkPolicy \(projectcalico\.org\): a document without retries/m,
		);
	});

	it('an application that retries nothing hears of resilience4j', () => {
		expect(() => importText('spring: { application: { name: a } }\nserver: { port: 80 }\n')).toThrow(
			/found an application's settings \(spring, server\) in which nothing says how to retry; `resilience4j\.retry\.instances`/,
		);
	});

	it.each([
		['deploy.yaml', 'a: {{ .Values.x }}\n'],
		['haproxy.cfg.erb', 'defaults\n  retries <%= @retries %>\nbackend a\n  server s <%= @s %>:80\n'],
		['nginx.conf.j2', 'upstream a {\n{% for s in servers %}\n  server {{ s }};\n{% endfor %}\n}\n'],
		['haproxy.cfg', 'defaults\n  mode http\nbackend a\n  server s {{ host }}:80\n'],
		[
			'envoy.yaml.tpl',
			'virtual_hosts: [{ name: a, domains: ["*"], routes: [{ route: { cluster: $CLUSTER, retry_policy: { retry_on: "5xx" } } }] }]\n',
		],
	])('a template is told to be one: %s', (file, text) => {
		expect(() => importText(text, file)).toThrow(/this is a template, render it with helm template \/ envsubst first/);
	});

	it('the arguments of Argo and Flagger, and comments, make no template', () => {
		expect(() =>
			importManifests(
				[{ file: 'a.yaml', text: `# {{ .Values.x }}\n${textOf('15-argo-app-named-canary.yaml')}` }],
				null,
				readAnswers({}),
			),
		).not.toThrow();
	});
});

describe('YAML as its product reads it', () => {
	it('has merge keys, whose own entries hold', () => {
		expect(layerOf(imported('07-yaml-merge-istio.yaml'), 'mesh')).toMatchObject({
			attempts: 6,
			on: [500, 502, 503, 504, 'refused', 'reset', 'timeout'],
			timeout: '1s',
		});
		expect(variantOf(imported('08-yaml-merge-resilience4j.yaml'), 'b', 'sdk')).toMatchObject({
			attempts: 2,
			backoff: { growth: 'exponential', base: '2s', multiplier: 2 },
		});
	});

	it('merges lists of maps, the first of which holds, wherever << stands', () => {
		const text =
			'x: [&a { maxAttempts: 7, waitDuration: 1s }, &b { maxAttempts: 9, waitDuration: 2s }]\nresilience4j: { retry: { instances: { z: { waitDuration: 3s, <<: [*a, *b] } } } }\n';
		expect(layerOf(importText(text), 'sdk')).toMatchObject({ attempts: 7, backoff: { base: '3s' } });
	});

	it.each(['nginx.conf', 'default.conf'])('reads %s inside a ConfigMap, with the lines of the outer file', (key) => {
		const result = importText(textOf('21-configmap-nginx.yaml').replace('nginx.conf', key), 'm.yaml');
		expect(layerOf(result, 'proxy')).toMatchObject({ attempts: 2, on: [503, 'refused', 'reset', 'timeout'] });
		expect(result.notes.find(({ text }) => text.startsWith('proxy_next_upstream error'))?.at).toBe('m.yaml:7');
	});

	it('reads an application.yml in a List of ConfigMaps, and a Secret in base64', () => {
		const spring = 'resilience4j.retry.instances.a: { maxAttempts: 6 }\n';
		const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: c }\n  data:\n    application.yml: |\n      ${spring}`;
		expect(layerOf(importText(list), 'sdk')).toMatchObject({ attempts: 6 });
		const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: c }\ndata: { application.yml: ${btoa(spring)} }\n`;
		expect(layerOf(importText(secret), 'sdk')).toMatchObject({ attempts: 6 });
	});

	it('names the ConfigMap in which nothing is known', () => {
		expect(() =>
			importText('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a.txt: hello }\n'),
		).toThrow(/found kind: ConfigMap \(Kubernetes\) alone/);
	});
});

describe('ejection and health', () => {
	it('with enforcing 0 no host is ejected, and each other detector is reported', () => {
		const result = imported('05-envoy-outlier-enforcing.yaml');
		expect(layerOf(result, 'proxy')).not.toHaveProperty('breaker');
		expect(noteTexts(result, 'understood')).toMatch(/enforcing_consecutive_5xx: 0 ejects nobody/);
		expect(noteTexts(result, 'not expressed')).toMatch(/enforcing_success_rate: 100: .*left out/);
		expect(noteTexts(result, 'not expressed')).toMatch(/success_rate_minimum_hosts: /);
	});

	it('the panic threshold is read, and 50 % by default', () => {
		const text = textOf('17-envoy-panic.yaml');
		expect(layerOf(importText(text), 'proxy')).toMatchObject({ breaker: { maxShare: '100%' } });
		expect(noteTexts(importText(text), 'assumed')).toMatch(/no healthy_panic_threshold: with fewer than 50 %/);
		const never = text.replace(
			'load_assignment:',
			'common_lb_config: { healthy_panic_threshold: { value: 0 } }\n      load_assignment:',
		);
		expect(layerOf(importText(never), 'proxy')).toMatchObject({ breaker: { panic: '0%' } });
	});

	it('gateway failures eject where they are in force, and where 5xx are not', () => {
		const text = textOf('05-envoy-outlier-enforcing.yaml').replace(
			'success_rate_minimum_hosts: 5',
			'consecutive_gateway_failure: 3, enforcing_consecutive_gateway_failure: 100',
		);
		const result = importText(text);
		expect(layerOf(result, 'proxy')).toMatchObject({ breaker: { failures: 3 } });
		expect(noteTexts(result, 'assumed')).toMatch(/only gateway failures .* an answer 500 counts as well/);
	});

	it.each([
		['consecutive5xxErrors: 0, consecutiveGatewayErrors: 4', { failures: 4 }],
		['consecutive5xxErrors: 7, consecutiveGatewayErrors: 0', { failures: 7 }],
		['interval: 5s', { failures: 5 }],
	])('Istio: %s', (fields, breaker) => {
		const text = `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: a }\nspec: { host: a, trafficPolicy: { outlierDetection: { ${fields} } } }\n`;
		expect(layerOf(importText(text), 'mesh')).toMatchObject({ breaker });
	});

	it('active checks of HAProxy take a server out after fall x inter, half an interval early', () => {
		const result = imported('13-haproxy-health-checks.cfg');
		expect(edgeOf(result)).toMatchObject({ nodes: 2, choice: 'round-robin', failover: { after: '5s' } });
		expect(noteTexts(result, 'assumed')).toMatch(/check inter 2s fall 3: .* after 4s to 6s/);
		const shared = textOf('13-haproxy-health-checks.cfg')
			.replace(/ check inter 2s fall 3/g, '')
			.replace('balance roundrobin', 'default-server check inter 1s fall 2');
		expect(edgeOf(importText(shared))).toMatchObject({ failover: { after: '1.5s' } });
	});

	it('active checks of Envoy do as well, beside the hosts and their choice', () => {
		const text = textOf('17-envoy-panic.yaml').replace(
			'load_assignment: { cluster_name: shop }',
			'lb_policy: LEAST_REQUEST, health_checks: [{ timeout: 1s, interval: 4s, unhealthy_threshold: 2, http_health_check: { path: /ok } }], load_assignment: { endpoints: [{ lb_endpoints: [{}, {}, {}] }] }'
				.replaceAll(', ', '\n      ')
				.replace(
					/\{ timeout: 1s\s+interval: 4s\s+unhealthy_threshold: 2\s+http/,
					'{ timeout: 1s, interval: 4s, unhealthy_threshold: 2, http',
				)
				.replace(/\[\{\}\s+\{\}\s+\{\}\]/, '[{}, {}, {}]'),
		);
		expect(edgeOf(importText(text))).toMatchObject({ nodes: 3, choice: 'two-choices', failover: { after: '6s' } });
	});

	it('a spare of NGINX stands by, and a retry goes to it after all others', () => {
		const result = imported('22-nginx-backup.conf');
		expect(edgeOf(result)).toMatchObject({ groups: { main: { nodes: 1 }, spare: { nodes: 1, standby: true } } });
		expect(layerOf(result, 'proxy')).toMatchObject({
			attempts: 2,
			target: 'next-node',
			breaker: { kind: 'fail-timeout' },
		});
		expect(noteTexts(result, 'not expressed')).not.toMatch(/spare/);
		expect(parse(result.text).faults.gone.where).toEqual({ group: 'main', nodes: '100%' });
		// The one server is gone for a minute of five, and all that it would have had goes to the spare.
		const outcome = ran(result.text);
		expect(total(outcome, 'lost_by_birth', 180, 240)).toBeLessThan(0.001 * total(outcome, 'born', 180, 240));
	});

	it('a spare of HAProxy stands by once a check has found the others gone; the first of several alone', () => {
		const text = textOf('13-haproxy-health-checks.cfg');
		const one = importText(text.replace('10.0.0.2:80 check', '10.0.0.2:80 backup check'));
		expect(edgeOf(one)).toMatchObject({
			failover: { after: '5s' },
			groups: { main: { nodes: 1 }, spare: { nodes: 1, standby: true } },
		});
		const outcome = ran(one.text);
		expect(total(outcome, 'lost_by_birth', 186, 240)).toBe(0);
		expect(total(outcome, 'lost_by_birth', 180, 186)).toBeGreaterThan(0);
		const more = `${text.trimEnd()}\n  server b1 10.0.0.8:80 backup\n  server b2 10.0.0.9:80 backup\n`;
		expect(edgeOf(importText(more))).toMatchObject({ groups: { main: { nodes: 2 }, spare: { nodes: 1 } } });
		expect(edgeOf(importText(more.replace('balance', 'option allbackups\n  balance')))).toMatchObject({
			groups: { spare: { nodes: 2 } },
		});
	});

	it('hosts of a later priority of Envoy stand by, which is said to be the nearest', () => {
		const text = textOf('17-envoy-panic.yaml').replace(
			'load_assignment: { cluster_name: shop }',
			'load_assignment: { endpoints: [{ lb_endpoints: [{}, {}] }, { priority: 1, lb_endpoints: [{}, {}, {}] }] }',
		);
		const result = importText(text);
		expect(edgeOf(result)).toMatchObject({ groups: { main: { nodes: 2 }, spare: { nodes: 3, standby: true } } });
		expect(noteTexts(result, 'assumed')).toMatch(/priority 1: spares, .* fewer than 72 % are healthy/);
	});

	it('a consistent hash keeps a retry at its pod, and the choice is the nearest', () => {
		const result = imported('18-istio-consistent-hash.yaml');
		expect(layerOf(result, 'mesh')).toMatchObject({ target: 'same' });
		expect(noteTexts(result, 'assumed')).toMatch(
			/consistentHash: .* not in the language, and round-robin is the nearest/,
		);
		expect(noteTexts(result, 'assumed')).not.toMatch(/previous hosts are avoided/);
	});

	it.each([
		['balance leastconn', 'least-outstanding'],
		['balance random(2)', 'two-choices'],
		['balance source', 'round-robin'],
	])('HAProxy: %s is %s', (balance, choice) => {
		expect(
			edgeOf(importText(textOf('13-haproxy-health-checks.cfg').replace('balance roundrobin', balance))),
		).toMatchObject({ choice });
	});
});

describe('clients and proxies', () => {
	it('exceptions of resilience4j are the failures that they stand for', () => {
		const result = imported('09-r4j-retry-exceptions.yaml');
		expect(layerOf(result, 'sdk')).toMatchObject({ on: [500] });
		expect(noteTexts(result, 'understood')).not.toMatch(/every exception is retried/);
	});

	it.each([
		[
			'retryExceptions: [java.util.concurrent.TimeoutException, java.net.ConnectException]',
			['connection-refused', 'timeout'],
		],
		['retryExceptions: [org.springframework.web.client.HttpServerErrorException]', [500, 502, 503, 504]],
		[
			'ignoreExceptions: [io.github.resilience4j.circuitbreaker.CallNotPermittedException]',
			[500, 502, 503, 504, 429, 'refused', 'reset', 'timeout'],
		],
		['retryExceptions: [java.io.IOException, com.shop.Busy]', ['refused', 'reset', 'timeout']],
	])('%s', (list, on) => {
		const text = textOf('09-r4j-retry-exceptions.yaml').replace(/retryExceptions: .*/, list);
		expect(layerOf(importText(text), 'sdk')).toMatchObject({ on });
	});

	it('an exception of their own is assumed, never understood', () => {
		const text = textOf('09-r4j-retry-exceptions.yaml').replace(
			/retryExceptions: .*/,
			'retryExceptions: [com.shop.Busy]',
		);
		expect(noteTexts(importText(text), 'assumed')).toMatch(/retryExceptions: Busy: not known what they stand for/);
	});

	it('names of resilience4j before are read, and said to be', () => {
		const result = imported('10-r4j-legacy-name.yaml');
		expect(variantOf(result, 'b', 'sdk')).toMatchObject({ attempts: 4 });
		expect(noteTexts(result, 'understood')).toMatch(
			/maxRetryAttempts: 4, the first included \(the name of resilience4j up to 1\.7\)/,
		);
	});

	it.each([
		['if METH_POST', ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']],
		['unless METH_GET', ['GET', 'HEAD']],
		['if METH_POST or METH_PUT', ['GET', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']],
	])('HAProxy: disable-l7-retry %s', (condition, methods) => {
		const result = importText(textOf('11-haproxy-disable-l7-retry.cfg').replace('if METH_POST', condition));
		expect(layerOf(result, 'proxy')).toMatchObject({ on: [503, 'refused', 'reset'], methods });
		expect(noteTexts(result, 'understood')).not.toMatch(/whatever their method/);
		expect(noteTexts(result, 'not expressed')).not.toMatch(/not read/);
	});

	it('HAProxy: disable-l7-retry for all, or by a condition that is not read', () => {
		const text = textOf('11-haproxy-disable-l7-retry.cfg');
		expect(layerOf(importText(text.replace(' if METH_POST', '')), 'proxy')).toMatchObject({
			on: ['connection-refused'],
		});
		expect(noteTexts(importText(text.replace('METH_POST', '{ path_beg /pay }')), 'assumed')).toMatch(
			/disable-l7-retry if .*: a condition that is not read/,
		);
	});

	it('HAProxy: a template stands for its servers', () => {
		expect(edgeOf(imported('12-haproxy-server-template.cfg'))).toMatchObject({
			nodes: 6,
			choice: 'least-outstanding',
			failover: { after: '5s' },
		});
		expect(edgeOf(importText(textOf('12-haproxy-server-template.cfg').replace('1-6', '9')))).toMatchObject({
			nodes: 9,
		});
	});

	it('HAProxy: redispatch N', () => {
		const text = textOf('12-haproxy-server-template.cfg').replace('retries 3', 'retries 3\n  option redispatch 1');
		expect(layerOf(importText(text), 'proxy')).toMatchObject({ target: 'repick' });
		expect(layerOf(importText(text.replace('redispatch 1', 'redispatch 0')), 'proxy')).toMatchObject({
			target: 'same',
		});
	});

	it('a dump of Istio has no bound on retries', () => {
		const result = imported('24-istio-route-dump.json');
		expect(layerOf(result, 'proxy')).not.toHaveProperty('budget');
		expect(noteTexts(result, 'assumed')).toMatch(/one of Istio's sidecar, and not given: .*2\^32-1/);
		const bounded = `${textOf('05-envoy-outlier-enforcing.yaml')}`
			.replace(
				'outlier_detection',
				'circuit_breakers: { thresholds: [{ max_retries: 4294967295 }] }, outlier_detection',
			)
			.replace(/^ {6}circuit_breakers: (.*), outlier/m, '      circuit_breakers: $1\n      outlier');
		expect(layerOf(importText(bounded), 'proxy')).not.toHaveProperty('budget');
	});

	it('a config of a client generator tries until its deadline', () => {
		const result = imported('19-gapic-service-config.json');
		expect(layerOf(result, 'sdk')).toMatchObject({
			attempts: 'unlimited',
			overall: { after: '60s' },
			backoff: { jitter: 'full' },
		});
		expect(noteTexts(result, 'assumed')).toMatch(/no maxAttempts: read as the config of a client generator/);
	});

	it('the outage fits the pool, and is said', () => {
		const one = textOf('12-haproxy-server-template.cfg').replace('1-6', '1');
		const result = importText(one);
		expect(parse(result.text).faults.gone).toMatchObject({ where: { nodes: '100%' }, for: '20s' });
		expect(noteTexts(result, 'assumed')).toMatch(/1 node, .*its one node is gone for 20 s/);
		expect(noteTexts(imported('12-haproxy-server-template.cfg'), 'assumed')).toMatch(
			/\(3 of 6\) are gone for a minute/,
		);
	});
});

const scopes = (text: string, flags: { scope?: string[] } = {}): { scope: unknown; result: ImportResult } => {
	const result = importManifests([{ file: 'm.yaml', text }], null, readAnswers(flags));
	const found = /^ +scope: (rollout|global)/m.exec(result.text);
	return { scope: found?.[1], result };
};

describe('whose share a query looks at', () => {
	const [argo, flagger] = [textOf('15-argo-app-named-canary.yaml'), textOf('16-flagger-gateway-job.yaml')];

	it.each([
		['a name with canary in it', argo],
		['a target in the middle of a name', flagger],
	])('%s names no service: the import asks, and both are shown', (_, text) => {
		const { scope, result } = scopes(text);
		expect(scope).toBe('global');
		expect(noteTexts(result, 'asked')).toMatch(/name the new version alone, or both\?.*--scope \w+=rollout/);
	});

	it.each([
		[
			'the canary service',
			argo
				.replace('canary: \n', 'canary:\n')
				.replace('      analysis:', '      canaryService: canary-shop\n      stableService: shop\n      analysis:'),
		],
		['the hash of the pods', argo.replace('value: canary-shop', 'valueFrom: { podTemplateHashValue: Latest }')],
		[
			'a label of the canary',
			argo.replace('      analysis:', '      canaryMetadata: { labels: { ingress: canary-shop } }\n      analysis:'),
		],
		['the target', flagger.replaceAll('web-gateway', 'web')],
		[
			'the pods of the target',
			flagger.replaceAll('job="web-gateway"', 'pod=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"'),
		],
	])('%s names the new version', (_, text) => {
		const { scope, result } = scopes(text);
		expect(scope).toBe('rollout');
		expect(noteTexts(result, 'asked')).not.toMatch(/new version alone/);
	});

	it('the author may say it', () => {
		expect(scopes(argo, { scope: ['ok=rollout'] }).scope).toBe('rollout');
		expect(() => readAnswers({ scope: ['ok=both'] })).toThrow(/NAME=rollout\|global/);
	});
});

describe('a rollout without steps', () => {
	it('runs, and asks how long a pod takes to start', () => {
		const text = textOf('14-argo-rolling-update.yaml');
		const result = importManifests([{ file: 'm.yaml', text }], null, readAnswers({}));
		expect(result.errors).toEqual([]);
		expect(result.text).toMatch(/restart: 10s/);
		expect(noteTexts(result, 'asked')).toMatch(/10s is a guess: say how long with --start-up/);
		const ready = text.replace('replicas: 10', 'replicas: 10\n  minReadySeconds: 15');
		const said = importManifests([{ file: 'm.yaml', text: ready }], null, readAnswers({ startUp: '30s' }));
		expect(said.text).toMatch(/restart: 45s/);
		expect(noteTexts(said, 'asked')).toBe('');
	});
});

describe('neighbours that hold the same words', () => {
	it('Contour: count is retries, 5xx by default', () => {
		expect(layerOf(imported('01-contour-httpproxy.yaml'), 'proxy')).toMatchObject({
			attempts: 4,
			on: [500, 502, 503, 504, 'refused', 'reset', 'timeout'],
			timeout: '1s',
			overall: { after: '10s' },
		});
		const codes = imported('31-contour-codes.yaml');
		expect(layerOf(codes, 'proxy')).toMatchObject({
			attempts: 3,
			on: [502, 503, 504, 429, 'refused', 'reset', 'timeout'],
		});
		expect(layerOf(codes, 'proxy')).not.toHaveProperty('overall');
		expect(noteTexts(codes, 'understood')).toMatch(/cart-2: no retryPolicy; it is left out/);
	});

	it('Envoy Gateway: five retries of 500 and of connections, 250 ms a try', () => {
		expect(layerOf(imported('30-neighbour-btp.yaml'), 'proxy')).toMatchObject({
			attempts: 6,
			on: [500, 'connection-refused'],
			timeout: '250ms',
			backoff: { base: '100ms', cap: '10s', jitter: 'full' },
		});
	});

	it('Kuma: words in camel case, and codes among them', () => {
		expect(layerOf(imported('30-neighbour-kuma.yaml'), 'mesh')).toMatchObject({
			attempts: 6,
			on: [500, 502, 503, 504, 'refused', 'reset', 'timeout'],
			timeout: '2s',
			backoff: { base: '100ms', cap: '2s' },
		});
		const text = textOf('30-neighbour-kuma.yaml').replace('[ "5xx" ]', '[ gatewayError, "429", connectFailure ]');
		expect(layerOf(importText(text), 'mesh')).toMatchObject({
			on: [502, 503, 504, 429, 'refused', 'reset', 'timeout'],
		});
	});

	it('Consul: connections and the codes that are named', () => {
		expect(layerOf(imported('30-neighbour-consul.yaml'), 'mesh')).toMatchObject({
			attempts: 4,
			on: [503, 'connection-refused'],
			overall: { after: '10s' },
		});
	});

	it('Spring Cloud Gateway: its statuses stand beside the series of 5xx, GET alone', () => {
		const result = imported('30-neighbour-scg.yaml');
		expect(layerOf(result, 'proxy')).toMatchObject({
			attempts: 4,
			on: [500, 502, 503, 504, 'refused', 'reset'],
			methods: ['GET'],
			backoff: { growth: 'exponential', base: '50ms', multiplier: 2, cap: '500ms' },
		});
		const short = textOf('30-neighbour-scg.yaml').replace(/- name: Retry[\s\S]*$/, '- Retry=2\n');
		expect(layerOf(importText(short), 'proxy')).toMatchObject({ attempts: 3, methods: ['GET'] });
	});
});

describe('what stands beside a policy', () => {
	const deployment = (name: string): string =>
		`---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { replicas: 6, template: { spec: { containers: [{ name: a, readinessProbe: { periodSeconds: 5, failureThreshold: 2 } }] } } }\n`;

	it('a readiness probe takes pods out, and says how many there are', () => {
		const result = importText(textOf('18-istio-consistent-hash.yaml') + deployment('cart'));
		expect(edgeOf(result)).toMatchObject({ nodes: 6, failover: { after: '7.5s' } });
		expect(noteTexts(result, 'assumed')).toMatch(/readinessProbe of Deployment cart, taken to stand behind the policy/);
		expect(noteTexts(result, 'not expressed')).not.toMatch(/a document without retries/);
	});

	it('of several workloads none is taken', () => {
		const result = importText(textOf('18-istio-consistent-hash.yaml') + deployment('cart') + deployment('shop'));
		expect(edgeOf(result)).not.toHaveProperty('failover');
		expect(noteTexts(result, 'not expressed')).toMatch(/several workloads are given/);
	});

	it('routes with the same policy are one, which names them', () => {
		const route = (name: string): string =>
			`{ name: ${name}, match: { prefix: / }, route: { cluster: shop, retry_policy: { retry_on: "5xx" } } }`;
		const result = importText(
			`virtual_hosts: [{ name: h, domains: ["*"], routes: [${['a', 'b', 'c'].map(route).join(', ')}] }]\n`,
		);
		expect(result.variants).toEqual(['base']);
		expect(noteTexts(result, 'understood')).toMatch(/h-a stands for 3 with the same policy: h-b, h-c are one with it/);
	});
});
