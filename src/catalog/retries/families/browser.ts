/** Retry presets, browsers and mobile clients: facts as they were read in the sources named, less the defaults of `facts.ts`. */
import type { SparsePreset } from '../facts.js';

export const BROWSER: readonly SparsePreset[] = [
	{
		id: 'chrome-http-transaction',
		name: 'Chrome network stack (HttpNetworkTransaction)',
		family: 'browser',
		versionRead: 'chromium net/http/http_network_transaction.cc (index id 391557181)',
		attempts: {
			maxTotal: 3,
			note: 'kMaxRetryAttempts 2 for HTTP/2 ping failure, REFUSED_STREAM, QUIC handshake/GOAWAY/protocol error; stale keep-alive resends are uncounted but each consumes a pooled socket',
		},
		retryOn: {
			network: { resetBeforeResponse: 'reused', refusedStream: true },
			otherRules:
				'reset/closed/aborted/not connected/empty response resent only when the socket was reused and no headers arrived (ANY method, POST too); early-data rejected',
		},
		source: [
			{ pkg: 'github:chromium/chromium', path: 'net/http/http_network_transaction.cc', version: 'index id 391557181' },
		],
	},
	{
		id: 'chrome-auto-reload',
		name: 'Chrome network-error page auto-reload',
		family: 'browser',
		scope: 'navigation',
		versionRead: 'chromium components/error_page/content/browser/net_error_auto_reloader.cc @12be031',
		attempts: { maxTotal: null, unlimited: true },
		retryOn: {
			httpMethods: ['GET'],
			network: {
				connect: true,
				dns: true,
				tls: true,
				resetBeforeResponse: true,
				refusedStream: true,
				timeoutPerTry: true,
			},
			otherRules:
				'committed net-error pages of the primary main frame, http(s), not POST; NOT for HTTP status failures, certificate/client-cert errors, ERR_SSL_PROTOCOL_ERROR, blocked requests, secure-DNS errors, auth prompts',
		},
		backoff: {
			kind: 'table',
			tableMs: [1000, 5000, 30000, 60000, 300000, 600000, 1800000],
			tableEnd: 'repeat-last',
			stateful: 'per-tab+error',
			skipWhen:
				'paused while the tab is hidden, the machine is offline or a navigation is pending; the current step restarts on resume',
		},
		notes: [
			'No jitter: everyone who saw the error at the same second reloads at +1, +6, +36, +96 s ... The counter resets when the net error code changes.',
			'Older Chrome (renderer NetErrorHelperCore) used 0 ms for the first entry.',
		],
		source: [
			{
				pkg: 'github:chromium/chromium',
				path: 'components/error_page/content/browser/net_error_auto_reloader.cc',
				version: '12be031',
			},
		],
	},
	{
		id: 'firefox-http',
		name: 'Firefox Necko transaction restart',
		family: 'browser',
		versionRead: 'modules/libpref/init/all.js snapshots',
		attempts: {
			maxTotal: 10,
			countedAs: 'attempts',
			configKey: 'network.http.request.max-attempts',
			note: '6 in older versions',
		},
		retryOn: {
			network: { resetBeforeResponse: 'reused', refusedStream: true },
			otherRules:
				'connection reset before any response bytes (comment in all.js: "If a connection is reset, we will retry it max-attempts times")',
		},
		timeouts: { connectMs: 90000, note: 'network.http.connection-timeout 90 s; happy-eyeballs backup 250 ms' },
		host: { mode: 'next-ip' },
		confidenceNotes: 'the pref is source-read; the exact conditions are recalled',
		source: [
			{
				pkg: 'github:mozilla/gecko (mirror)',
				path: 'modules/libpref/init/all.js',
				version: 'index ids 1569934, 1228997, 56691870063',
			},
		],
	},
	{
		id: 'alamofire-retrypolicy',
		name: 'Alamofire RetryPolicy',
		family: 'mobile',
		versionRead: 'Alamofire 5.12.0',
		enabledByDefault: false,
		attempts: { maxTotal: 3, configKey: 'retryLimit' },
		retryOn: {
			http: [408, 500, 502, 503, 504],
			httpMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE'],
			network: {
				connect: true,
				dns: true,
				tls: true,
				resetBeforeResponse: true,
				refusedStream: true,
				timeoutPerTry: true,
			},
			networkMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE'],
			otherRules: '16 URLError codes incl. timedOut, networkConnectionLost, notConnectedToInternet; 429 is NOT retried',
		},
		backoff: { kind: 'exponential', baseMs: 500, multiplier: 2 },
		timeouts: { perTryMs: 60000, note: 'URLSession timeoutIntervalForRequest 60 s idle (recalled)' },
		notes: ['pow(2, retryCount)*0.5: 500, 1000 ms, no jitter, Retry-After ignored.'],
		source: [{ pkg: 'github:Alamofire/Alamofire', path: 'Source/Features/RetryPolicy.swift', version: '7595cbc' }],
	},
];
