/**
 * One traffic whose truth is known, in every format that `fit` reads: 20 requests a second for 75 s (counts: an hour), 60 % of them
 * /api/items (mean 25 ms), 15 % /api/checkout (80 ms), 25 % /static/app.js (5 ms), exponential; 3 % fail with 503.
 */
import { Streams } from '../../src/kernel/random.js';

export interface KnownRequest {
	/** us of Unix time */
	readonly startUs: number;
	readonly durationUs: number;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly client: string;
	readonly id: string;
}

export const START_US = Date.UTC(2024, 10, 23, 10, 20) * 1000;
const RATE = 20;
const SECONDS = 75;

const KINDS = [
	{ until: 0.6, method: 'GET', path: '/api/items', meanUs: 25_000 },
	{ until: 0.75, method: 'POST', path: '/api/checkout', meanUs: 80_000 },
	{ until: 1, method: 'GET', path: '/static/app.js', meanUs: 5000 },
];

function requests(): KnownRequest[] {
	const u = new Streams(11).uniform('traffic');
	const all: KnownRequest[] = [];
	for (let t = 0; ; ) {
		t -= Math.log(1 - u()) / RATE;
		if (t >= SECONDS) return all;
		const draw = u();
		const kind = KINDS.find(({ until }) => draw < until) ?? KINDS[0];
		all.push({
			startUs: START_US + Math.round(t * 1e6),
			durationUs: Math.max(400, Math.round(-Math.log(1 - u()) * kind.meanUs)),
			method: kind.method,
			path: kind.path,
			status: u() < 0.03 ? 503 : 200,
			client: `192.0.2.${1 + Math.floor(u() * 200)}`,
			id: Math.floor(u() * 2 ** 48)
				.toString(16)
				.padStart(32, '0'),
		});
	}
}

const REQUESTS = requests();
const BY_END = REQUESTS.toSorted((a, b) => a.startUs + a.durationUs - b.startUs - b.durationUs);

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const two = (n: number) => String(n).padStart(2, '0');
const iso = (us: number, digits = 6) =>
	`${new Date(us / 1000).toISOString().slice(0, 19)}.${String(us % 1e6)
		.padStart(6, '0')
		.slice(0, digits)}Z`;
const clf = (us: number, fraction = '') => {
	const d = new Date(us / 1000);
	return `${two(d.getUTCDate())}/${MONTHS[d.getUTCMonth()]}/${d.getUTCFullYear()}:${d.toISOString().slice(11, 19)}${fraction}`;
};
const syslog = (us: number) => `Nov 23 ${new Date(us / 1000).toISOString().slice(11, 19)}`;
const end = ({ startUs, durationUs }: KnownRequest) => startUs + durationUs;
const s = ({ durationUs }: KnownRequest, digits = 3) => (durationUs / 1e6).toFixed(digits);
const ms = ({ durationUs }: KnownRequest) => Math.round(durationUs / 1000);
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64)';

type Line = (r: KnownRequest) => string;
const starts = (line: Line): string[] => REQUESTS.map(line);
const ends = (line: Line): string[] => BY_END.map(line);
const json = (of: (r: KnownRequest) => unknown) => (r: KnownRequest) => JSON.stringify(of(r));

const combined =
	(rest: Line = () => '', time: (r: KnownRequest) => number = end) =>
	(r: KnownRequest) =>
		`${r.client} - - [${clf(time(r))} +0000] "${r.method} ${r.path} HTTP/1.1" ${r.status} 3857 "-" "${AGENT}"${rest(r)}`;
const nginx = combined((r) => ` rt=${s(r)}`);
const envoy = (r: KnownRequest) =>
	`[${iso(r.startUs, 3)}] "${r.method} ${r.path} HTTP/2" ${r.status} - 154 3857 ${ms(r)} ${ms(r)} "${r.client}" "${AGENT}" "${r.id}" "shop.example" "10.0.2.1:80"`;
const istio = (r: KnownRequest) =>
	`[${iso(r.startUs, 3)}] "${r.method} ${r.path} HTTP/1.1" ${r.status} - via_upstream - "-" 154 3857 ${ms(r)} ${ms(r)} "${r.client}" "${AGENT}" "${r.id}" "shop.example" "10.0.2.1:80" outbound|80||shop.default.svc.cluster.local 10.0.2.9:51234 10.0.2.1:80 192.0.2.1:0 - default`;
const haproxy = (r: KnownRequest) =>
	`${r.client}:47821 [${clf(r.startUs, `.${iso(r.startUs, 3).slice(20, 23)}`)}] http-in static/srv1 0/0/0/${ms(r)}/${ms(r)} ${r.status} 3857 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "${r.method} ${r.path} HTTP/1.1"`;

/** Requests of each step, us, by status. */
function counted(
	stepUs: number,
	spanUs = 3600e6,
): { readonly atUs: number; readonly ok: number; readonly bad: number; readonly n: number }[] {
	const u = new Streams(12).uniform(`counts ${stepUs}`);
	const poisson = (mean: number) => {
		let n = 0;
		let t = -Math.log(1 - u());
		while (t < mean) {
			n++;
			t += -Math.log(1 - u());
		}
		return n;
	};
	return Array.from({ length: Math.floor(spanUs / stepUs) }, (_, k) => {
		const [ok, bad] = [poisson((RATE * 0.97 * stepUs) / 1e6), poisson((RATE * 0.03 * stepUs) / 1e6)];
		return { atUs: START_US + k * stepUs, ok, bad, n: ok + bad };
	});
}

interface Totals {
	readonly labels: Record<string, string>;
	readonly of: (cell: ReturnType<typeof counted>[number]) => number;
}

function prometheus(series: readonly Totals[], as: 'counter' | 'rate', stepS = 15): string[] {
	const cells = counted(stepS * 1e6);
	const result = series.map(({ labels, of }) => {
		let total = 100_000;
		const values = cells.map((cell) => {
			total += of(cell);
			return [cell.atUs / 1e6 + stepS, String(as === 'counter' ? total : of(cell) / stepS)];
		});
		return { metric: labels, values };
	});
	return [JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })];
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

function buckets(): string[] {
	const series = [...BOUNDS, Number.POSITIVE_INFINITY].flatMap((bound) =>
		['200', '503'].map(
			(code): Totals => ({
				labels: {
					__name__: 'http_request_duration_seconds_bucket',
					code,
					path: '/api/items',
					le: Number.isFinite(bound) ? String(bound) : '+Inf',
				},
				of: ({ ok, bad }) => (code === '200' ? ok : bad) * (1 - Math.exp(-bound / 0.025)),
			}),
		),
	);
	const cells = counted(15e6);
	const result = series.map(({ labels, of }) => {
		let total = 0;
		const values = cells.map((cell) => {
			total += of(cell);
			return [cell.atUs / 1e6, String(Math.round(total))];
		});
		return { metric: labels, values };
	});
	return [JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })];
}

const otlpSpan = (r: KnownRequest) => ({
	traceId: r.id,
	spanId: r.id.slice(-16),
	name: `${r.method} ${r.path}`,
	kind: 2,
	startTimeUnixNano: `${r.startUs}000`,
	endTimeUnixNano: `${end(r)}000`,
	attributes: [
		{ key: 'http.request.method', value: { stringValue: r.method } },
		{ key: 'url.path', value: { stringValue: r.path } },
		{ key: 'http.response.status_code', value: { intValue: String(r.status) } },
	],
});
const otlp = (list: readonly KnownRequest[]) => ({
	resourceSpans: [
		{
			resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
			scopeSpans: [{ scope: { name: 'x' }, spans: list.map(otlpSpan) }],
		},
	],
});
const batches = <T>(list: readonly T[], n: number): T[][] =>
	Array.from({ length: Math.ceil(list.length / n) }, (_, k) => list.slice(k * n, (k + 1) * n));

const gcp = (r: KnownRequest) => ({
	httpRequest: {
		requestMethod: r.method,
		requestUrl: `https://shop.example${r.path}`,
		status: r.status,
		remoteIp: r.client,
		userAgent: AGENT,
		latency: `${s(r, 6)}s`,
	},
	insertId: r.id,
	resource: { type: 'http_load_balancer' },
	timestamp: iso(r.startUs),
});

const locust = (): string[] => {
	let [requestsTotal, failures] = [0, 0];
	const rows = counted(1e6, 120e6).flatMap(({ atUs, n, bad }) => {
		requestsTotal += n;
		failures += bad;
		return [
			`${atUs / 1e6 + 1},10,,Aggregated,${n}.0,${bad}.0,14,25,30,50,70,90,120,150,200,300,300,${requestsTotal},${failures},14,25.1,0.4,300,3857`,
		];
	});
	return [
		'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size',
		...rows,
	];
};

/** What a file of the format does not say. */
export interface KnownFormat {
	readonly lines: readonly string[];
	readonly status?: false;
	readonly duration?: false;
	readonly as?: string;
	readonly logFormat?: string;
	readonly fields?: string;
}

const known = (lines: readonly string[], rest: Omit<KnownFormat, 'lines'> = {}): KnownFormat => ({ lines, ...rest });
const COUNTS = { duration: false } as const;
const BARE = { duration: false, status: false } as const;
const rows = (header: string, lines: readonly string[]): string[] => [header, ...lines];

/** By the name that docs/formats.md gives as its example. */
export const KNOWN_FORMATS: Readonly<Record<string, KnownFormat>> = {
	alb: known(
		ends(
			(r) =>
				`https ${iso(end(r))} app/my-lb/50dc6c495c0c9188 ${r.client}:47821 10.0.0.1:80 0.000 ${s(r)} 0.000 ${r.status} ${r.status} 120 3857 "${r.method} https://www.example.com:443${r.path} HTTP/1.1" "${AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "-" 1 ${iso(r.startUs)} "forward" "-" "-" "10.0.0.1:80" "${r.status}" "-" "-" TID_1234abcd5678ef90`,
		),
	),
	'classic-elb': known(
		starts(
			(r) =>
				`${iso(r.startUs)} my-loadbalancer ${r.client}:2817 10.0.0.1:80 0.000073 ${s(r, 6)} 0.000057 ${r.status} ${r.status} 0 29 "${r.method} http://www.example.com:80${r.path} HTTP/1.1" "${AGENT}" - -`,
		),
	),
	s3: known(
		starts(
			(r) =>
				`79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be amzn-bucket [${clf(r.startUs)} +0000] ${r.client} - ${r.id.slice(-16)} REST.${r.method}.OBJECT ${r.path.slice(1)} "${r.method} ${r.path} HTTP/1.1" ${r.status} - 3857 3857 ${ms(r)} ${ms(r)} "-" "${AGENT}" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader amzn-bucket.s3.us-west-1.amazonaws.com TLSV1.2 - -`,
		),
	),
	'api-gateway-json': known(
		starts(
			json((r) => ({
				requestId: r.id,
				ip: r.client,
				requestTime: `${clf(r.startUs)} +0000`,
				httpMethod: r.method,
				resourcePath: r.path,
				status: String(r.status),
				protocol: 'HTTP/1.1',
				responseLength: '3857',
				responseLatency: String(ms(r)),
			})),
		),
	),
	'api-gateway-clf': known(
		starts(
			(r) => `${r.client} - - [${clf(r.startUs)} +0000] "${r.method} ${r.path} HTTP/1.1" ${r.status} 3857 ${r.id}`,
		),
		COUNTS,
	),
	cloudfront: known([
		'#Version: 1.0',
		'#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken',
		...ends(
			(r) =>
				`${iso(end(r)).slice(0, 10)}\t${iso(end(r)).slice(11, 19)}\tLAX1\t3857\t${r.client}\t${r.method}\td1.cloudfront.net\t${r.path}\t${r.status}\t-\tMozilla/5.0%20(X11)\t-\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms==\td1.cloudfront.net\thttps\t23\t${s(r)}`,
		),
	]),
	'cloudfront-real-time': known(
		ends(
			(r) =>
				`${(end(r) / 1e6).toFixed(3)}\t${r.client}\t${s(r)}\t${r.status}\t3857\t${r.method}\thttps\td1.cloudfront.net\t${r.path}\t120\tLAX1\tSOX4==\td1.cloudfront.net\t${s(r)}\tHTTP/2.0\tIPv4`,
		),
	),
	'envoy-text': known(starts(envoy)),
	'istio-text': known(starts(istio)),
	'envoy-json': known(
		starts(
			json((r) => ({
				start_time: iso(r.startUs, 3),
				method: r.method,
				path: r.path,
				response_code: r.status,
				duration: ms(r),
				request_id: r.id,
				downstream_remote_address: r.client,
			})),
		),
	),
	haproxy: known(starts((r) => `${syslog(end(r))} lb1 haproxy[14389]: ${haproxy(r)}`)),
	'docker-json': known(ends(json((r) => ({ log: `${nginx(r)}\n`, stream: 'stdout', time: iso(end(r)) })))),
	cri: known(ends((r) => `${iso(end(r))} stdout F ${nginx(r)}`)),
	'loki-jsonl': known(ends(json((r) => ({ labels: { app: 'shop' }, line: nginx(r), timestamp: iso(end(r)) })))),
	'loki-answer': known([
		JSON.stringify({
			status: 'success',
			data: {
				resultType: 'streams',
				result: [{ stream: { app: 'shop' }, values: BY_END.toReversed().map((r) => [`${end(r)}000`, nginx(r)]) }],
			},
		}),
	]),
	logcli: known(ends((r) => `${iso(end(r))} {app="shop"} ${nginx(r)}`)),
	'cloudwatch-events': known(
		JSON.stringify(
			{
				events: BY_END.map((r) => ({
					logStreamName: 'a',
					timestamp: Math.round(end(r) / 1000),
					message: nginx(r),
					ingestionTime: Math.round(end(r) / 1000),
				})),
				searchedLogStreams: [],
			},
			null,
			4,
		).split('\n'),
	),
	'cloudwatch-tail': known(ends((r) => `${iso(end(r))} shop/web/1234 ${nginx(r)}`)),
	'cloudwatch-insights': known(
		rows(
			'@timestamp,@message',
			ends((r) => `${iso(end(r), 3).replace('T', ' ').replace('Z', '')},"${nginx(r).replaceAll('"', '""')}"`),
		),
	),
	'journald-json': known(
		ends(json((r) => ({ __REALTIME_TIMESTAMP: String(end(r)), _SYSTEMD_UNIT: 'nginx.service', MESSAGE: nginx(r) }))),
	),
	'syslog-3164': known(ends((r) => `<190>${syslog(end(r))} web1 nginx: ${nginx(r)}`)),
	'syslog-5424': known(ends((r) => `<190>1 ${iso(end(r))} web1 nginx 812 - - ${nginx(r)}`)),
	splunk: known(
		rows(
			'"_raw","_time",host',
			ends((r) => `"${nginx(r).replaceAll('"', '""')}","${iso(end(r))}",web1`),
		),
	),
	'google-cloud': known(starts(json(gcp))),
	'google-cloud-array': known(JSON.stringify(REQUESTS.map(gcp), null, 2).split('\n')),
	'azure-front-door': known(
		ends(
			json((r) => ({
				time: iso(end(r)),
				resourceId: '/x',
				category: 'FrontDoorAccessLog',
				operationName: 'Microsoft.Cdn/Profiles/AccessLog/Write',
				properties: {
					trackingReference: r.id,
					httpMethod: r.method,
					requestUri: `https://shop.example:443${r.path}`,
					clientIp: r.client,
					timeTaken: s(r),
					httpStatusCode: String(r.status),
					userAgent: AGENT,
				},
			})),
		),
	),
	'azure-application-gateway': known(
		ends(
			json((r) => ({
				timeStamp: iso(end(r)),
				category: 'ApplicationGatewayAccessLog',
				properties: {
					clientIP: r.client,
					httpMethod: r.method,
					requestUri: r.path,
					httpStatus: r.status,
					timeTaken: Number(s(r)),
					userAgent: AGENT,
				},
			})),
		),
	),
	fastly: known(
		starts(
			json((r) => ({
				timestamp: iso(r.startUs),
				time_elapsed: r.durationUs,
				client_ip: r.client,
				host: 'shop.example',
				url: r.path,
				request_method: r.method,
				response_status: r.status,
				request_user_agent: AGENT,
			})),
		),
	),
	traefik: known(
		starts(
			json((r) => ({
				ClientHost: r.client,
				DownstreamStatus: r.status,
				Duration: r.durationUs * 1000,
				RequestMethod: r.method,
				RequestPath: r.path,
				RetryAttempts: 0,
				StartUTC: iso(r.startUs),
				StartLocal: iso(r.startUs),
				level: 'info',
				msg: '',
				time: iso(end(r)),
			})),
		),
	),
	'traefik-clf': known(
		starts(
			combined(
				(r) => ` 1 "shop@docker" "http://10.0.0.1:80" ${ms(r)}ms`,
				({ startUs }) => startUs,
			),
		),
	),
	caddy: known(
		ends(
			json((r) => ({
				level: 'info',
				ts: end(r) / 1e6,
				logger: 'http.log.access',
				msg: 'handled request',
				request: {
					remote_ip: r.client,
					client_ip: r.client,
					method: r.method,
					host: 'x',
					uri: r.path,
					headers: { 'User-Agent': [AGENT] },
				},
				duration: r.durationUs / 1e6,
				size: 10,
				status: r.status,
			})),
		),
	),
	ecs: known(
		starts(
			json((r) => ({
				'@timestamp': iso(r.startUs),
				http: { request: { method: r.method }, response: { status_code: r.status } },
				url: { path: r.path },
				event: { duration: r.durationUs * 1000 },
				client: { ip: r.client },
			})),
		),
	),
	'ecs-dotted': known(
		starts(
			json((r) => ({
				'@timestamp': iso(r.startUs),
				'http.request.method': r.method,
				'http.response.status_code': r.status,
				'url.path': r.path,
				'event.duration': r.durationUs * 1000,
			})),
		),
	),
	pino: known(
		ends(
			json((r) => ({
				level: 30,
				time: Math.round(end(r) / 1000),
				pid: 1,
				req: { id: 1, method: r.method, url: r.path, remoteAddress: r.client, headers: {} },
				res: { statusCode: r.status },
				responseTime: ms(r),
				msg: 'request completed',
			})),
		),
	),
	logfmt: known(
		ends(
			(r) =>
				`time=${iso(end(r))} level=info msg="request done" method=${r.method} path=${r.path} status=${r.status} duration=${(r.durationUs / 1000).toFixed(3)}ms`,
		),
	),
	heroku: known(
		ends(
			(r) =>
				`${iso(end(r))} heroku[router]: at=info time=${iso(end(r))} method=${r.method} path="${r.path}" host=x fwd="${r.client}" dyno=web.1 connect=0ms service=${ms(r)}ms status=${r.status} bytes=10`,
		),
	),
	ltsv: known(
		ends(
			(r) =>
				`time:[${clf(end(r))} +0000]\thost:${r.client}\tmethod:${r.method}\turi:${r.path}\tstatus:${r.status}\tsize:10\treqtime:${s(r)}\tua:${AGENT}`,
		),
	),
	combined: known(ends(combined()), COUNTS),
	'nginx-rt': known(ends(nginx)),
	'apache-D': known(ends(combined((r) => ` ${r.durationUs}`))),
	'tomcat-D': known(
		ends((r) => `${r.client} - - [${clf(end(r))} +0000] "${r.method} ${r.path} HTTP/1.1" ${r.status} 3857 ${ms(r)}`),
	),
	'apache-both': known(ends(combined((r) => ` **0/${r.durationUs}**`))),
	gunicorn: known(ends(combined((r) => ` ${s(r, 6)}`))),
	'ingress-nginx': known(
		ends(combined((r) => ` 120 ${s(r)} [shop-web-80] [] 10.0.0.1:80 3857 ${s(r)} ${r.status} ${r.id}`)),
	),
	'nginx-json': known(
		ends(
			json((r) => ({
				time_iso8601: iso(end(r), 3),
				request_method: r.method,
				request_uri: r.path,
				status: r.status,
				request_time: Number(s(r)),
				remote_addr: r.client,
			})),
		),
	),
	'nginx-json-ms': known(
		ends(
			json((r) => ({
				time: iso(end(r), 3),
				method: r.method,
				path: r.path,
				status: r.status,
				duration: r.durationUs / 1000,
			})),
		),
	),
	'usual-json': known(
		ends(
			json((r) => ({
				ts: iso(end(r), 3),
				http: { method: r.method, status_code: r.status },
				request: { path: r.path },
				latency_ms: r.durationUs / 1000,
			})),
		),
	),
	iis: known([
		'#Software: Microsoft Internet Information Services 10.0',
		'#Version: 1.0',
		'#Date: 2024-11-23 10:20:00',
		'#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
		...ends(
			(r) =>
				`${iso(end(r)).slice(0, 10)} ${iso(end(r)).slice(11, 19)} 10.0.0.1 ${r.method} ${r.path} - 443 - ${r.client} Mozilla/5.0+(X11) - ${r.status} 0 0 ${ms(r)}`,
		),
	]),
	'prometheus-counter': known(
		prometheus(
			[
				{ labels: { __name__: 'http_requests_total', code: '200' }, of: ({ ok }) => ok },
				{ labels: { __name__: 'http_requests_total', code: '503' }, of: ({ bad }) => bad },
			],
			'counter',
		),
		COUNTS,
	),
	'prometheus-unnamed-counter': known(
		prometheus(
			[
				{ labels: { code: '200' }, of: ({ ok }) => ok },
				{ labels: { code: '503' }, of: ({ bad }) => bad },
			],
			'counter',
		),
		COUNTS,
	),
	'prometheus-classes': known(
		prometheus(
			[
				{ labels: { code: '2xx' }, of: ({ ok }) => ok },
				{ labels: { code: '5xx' }, of: ({ bad }) => bad },
			],
			'counter',
		),
		COUNTS,
	),
	'prometheus-rate': known(prometheus([{ labels: {}, of: ({ n }) => n }], 'rate'), { ...BARE, as: 'rate' }),
	'prometheus-recorded-rate': known(
		prometheus([{ labels: { __name__: 'job:http_requests:rate15s' }, of: ({ n }) => n }], 'rate'),
		BARE,
	),
	'prometheus-buckets': known(buckets()),
	otlp: known(batches(REQUESTS, 20).map((list) => JSON.stringify(otlp(list)))),
	'otlp-document': known(JSON.stringify(otlp(REQUESTS), null, 2).split('\n')),
	jaeger: known([
		JSON.stringify({
			data: REQUESTS.map((r) => ({
				traceID: r.id,
				spans: [
					{
						traceID: r.id,
						spanID: r.id.slice(-16),
						operationName: `${r.method} ${r.path}`,
						references: [],
						startTime: r.startUs,
						duration: r.durationUs,
						tags: [
							{ key: 'span.kind', type: 'string', value: 'server' },
							{ key: 'http.method', value: r.method },
							{ key: 'http.target', value: r.path },
							{ key: 'http.status_code', type: 'int64', value: r.status },
						],
						processID: 'p1',
					},
				],
				processes: { p1: { serviceName: 'shop' } },
			})),
		}),
	]),
	zipkin: known([
		JSON.stringify(
			REQUESTS.map((r) => ({
				traceId: r.id,
				id: r.id.slice(-16),
				name: r.path,
				kind: 'SERVER',
				timestamp: r.startUs,
				duration: r.durationUs,
				localEndpoint: { serviceName: 'shop' },
				tags: {
					'http.method': r.method,
					'http.path': r.path,
					'http.status_code': String(r.status),
					'http.target': r.path,
				},
			})),
		),
	]),
	grafana: known(
		rows(
			'"Time","requests/s"',
			counted(15e6).map(
				({ atUs, n }) => `"${iso(atUs).slice(0, 19).replace('T', ' ')}","${(n / 15).toFixed(2)} req/s"`,
			),
		),
		BARE,
	),
	'grafana-wide': known(
		rows(
			'"Time","{code=""200""}","{code=""503""}"',
			counted(15e6).map(({ atUs, ok, bad }) => `${atUs / 1000},${ok / 15},${bad / 15}`),
		),
		{ ...COUNTS, as: 'rate' },
	),
	datadog: known(
		rows(
			'timestamp,requests',
			counted(20e6).map(({ atUs, n }) => `${atUs / 1000},${n}`),
		),
		BARE,
	),
	'cloudwatch-sum': known(
		rows(
			'Timestamp,Sum,Unit',
			counted(60e6).map(({ atUs, n }) => `${iso(atUs).slice(0, 19)}Z,${n}.0,Count`),
		),
		BARE,
	),
	'cloudwatch-statistics': known(
		JSON.stringify(
			{
				Label: 'RequestCount',
				Datapoints: counted(60e6).map(({ atUs, n }) => ({
					Timestamp: `${iso(atUs).slice(0, 19)}+00:00`,
					Sum: n,
					Unit: 'Count',
				})),
			},
			null,
			4,
		).split('\n'),
		BARE,
	),
	'counts-2min': known(
		rows(
			'timestamp,count',
			counted(120e6).map(({ atUs, n }) => `${atUs / 1e6},${n}`),
		),
		BARE,
	),
	'counts-90s': known(
		rows(
			'timestamp,count',
			counted(90e6).map(({ atUs, n }) => `${atUs / 1e6 + 17},${n}`),
		),
		BARE,
	),
	'counts-7min': known(
		rows(
			'time;requests;errors',
			counted(420e6, 86_400e6).map(({ atUs, n, bad }) => `${iso(atUs)};${n};${bad}`),
		),
		COUNTS,
	),
	locust: known(locust(), COUNTS),
	jmeter: known(
		rows(
			'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect',
			starts(
				(r) =>
					`${Math.round(r.startUs / 1000)},${ms(r)},${r.method} ${r.path},${r.status},OK,Thread Group 1-1,text,${r.status === 200},,3857,231,10,10,http://shop.example${r.path},${ms(r)},0,1`,
			),
		),
	),
	gatling: known([
		'RUN\tshop.Simulation\tshop\t1732357200000\t\t3.9.5',
		...ends(
			(r) =>
				`REQUEST\t\t${r.method} ${r.path}\t${Math.round(r.startUs / 1000)}\t${Math.round(end(r) / 1000)}\t${r.status === 200 ? 'OK\t ' : `KO\tstatus.find.is(200), but actually found ${r.status}`}`,
		),
	]),
	hey: known(
		rows(
			'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset',
			ends(
				(r) =>
					`${s(r, 4)},0.0001,0.0000,0.0000,${s(r, 4)},0.0001,${r.status},${((r.startUs - START_US) / 1e6).toFixed(4)}`,
			),
		),
		{ duration: false },
	),
	oha: known(
		rows(
			'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status',
			starts((r) => `${((r.startUs - START_US) / 1e6).toFixed(6)},0,0,${s(r, 6)},${s(r, 6)},3857,${r.status}`),
		),
		{ duration: false },
	),
	'ab-gnuplot': known(
		rows(
			'starttime\tseconds\tctime\tdtime\tttime\twait',
			starts((r) => `Sat Nov 23 10:20:00 2024\t${Math.floor(r.startUs / 1e6)}\t0\t${ms(r)}\t${ms(r)}\t${ms(r)}`),
		),
		{ status: false, duration: false },
	),
	'vegeta-csv': known(
		starts(
			(r) =>
				`${r.startUs}000,${r.status},${r.durationUs * 1000},120,3857,,,shop,0,${r.method},http://shop.example${r.path},`,
		),
	),
	'vegeta-json': known(
		starts(
			json((r) => ({
				attack: '',
				seq: 0,
				code: r.status,
				timestamp: iso(r.startUs),
				latency: r.durationUs * 1000,
				method: r.method,
				url: `http://shop.example${r.path}`,
			})),
		),
	),
	'k6-csv': known(
		rows(
			'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags',
			ends(
				(r) =>
					`http_reqs,${Math.floor(end(r) / 1e6)},1.000000,,,,true,,${r.method},http://shop.example${r.path},HTTP/1.1,default,,${r.status},,,http://shop.example${r.path},\nhttp_req_duration,${Math.floor(end(r) / 1e6)},${(r.durationUs / 1000).toFixed(6)},,,,true,,${r.method},http://shop.example${r.path},HTTP/1.1,default,,${r.status},,,http://shop.example${r.path},`,
			).flatMap((pair) => pair.split('\n')),
		),
	),
	'k6-json': known(
		ends(
			(r) =>
				`${JSON.stringify({ metric: 'http_reqs', type: 'Point', data: { time: iso(end(r)), value: 1, tags: { status: '200' } } })}\n${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time: iso(end(r)), value: r.durationUs / 1000, tags: { method: r.method, name: `http://shop.example${r.path}`, status: String(r.status) } } })}`,
		).flatMap((pair) => pair.split('\n')),
	),
	'table-requests': known(
		rows(
			'timestamp,method,path,status,duration_ms',
			starts((r) => `${iso(r.startUs)},${r.method},"${r.path}",${r.status},${(r.durationUs / 1000).toFixed(1)}`),
		),
	),
	'table-success': known(
		rows(
			'time\tname\tsuccess\telapsed',
			starts((r) => `${iso(r.startUs)}\t${r.path}\t${r.status === 200}\t${ms(r)}`),
		),
	),
	'own-nginx': known(
		ends((r) => `${iso(end(r), 3)}|${r.client}|${r.method} ${r.path} HTTP/1.1|${r.status}|${s(r)}|502, ${r.status}`),
		{ logFormat: '$time_iso8601|$remote_addr|$request|$status|$request_time|$upstream_status' },
	),
	'own-apache': known(
		starts((r) => `[${clf(r.startUs)} +0000] ${r.client} "${r.method} ${r.path} HTTP/1.1" ${r.status} ${ms(r)}`),
		{ logFormat: '%t %a "%r" %>s %{ms}T' },
	),
	'own-envoy': known(
		starts((r) => `${iso(r.startUs, 3)} ${r.method} ${r.path} ${r.status} ${ms(r)} 1`),
		{
			logFormat: '%START_TIME% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %DURATION% %UPSTREAM_REQUEST_ATTEMPT_COUNT%',
		},
	),
	'own-json': known(
		ends(
			json((r) => ({
				when: iso(end(r)),
				out: { code: r.status, took: r.durationUs },
				in: { target: r.path, verb: r.method },
			})),
		),
		{ fields: 'end=when,status=out.code,path=in.target,method=in.verb,duration=out.took:us' },
	),
	'own-table': known(
		starts((r) => `${iso(r.startUs)};x;${r.status};${r.path};${ms(r)}`),
		{ fields: 'time=1,status=3,path=4,duration=5:ms' },
	),
};
