/** Caddy's access log: durations in seconds, or as text where `duration_format string` is set. */
import { jsonRequests } from './json-requests.js';

export const CADDY = jsonRequests({
	title: 'Caddy JSON lines',
	marks: ['request.uri', 'ts', 'status'],
	time: ['ts'],
	stamp: 'end',
	status: ['status'],
	method: ['request.method'],
	path: ['request.uri'],
	duration: [['duration', 's']],
	client: ['request.client_ip', 'request.remote_ip', 'request.remote_addr'],
	agent: ['request.headers.User-Agent'],
	id: ['request.headers.X-Request-Id'],
	skip: ({ request }) => request === undefined,
	assumed: ['a line was written when its request was done'],
});
