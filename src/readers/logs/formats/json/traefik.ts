/** Traefik's access log as JSON: durations in nanoseconds, and the retries that its middleware made. */
import { jsonRequests } from './json-requests.js';

export const TRAEFIK = jsonRequests({
	title: 'Traefik JSON lines',
	marks: ['StartUTC', 'DownstreamStatus'],
	time: ['StartUTC', 'StartLocal'],
	stamp: 'start',
	status: ['DownstreamStatus'],
	method: ['RequestMethod'],
	path: ['RequestPath'],
	duration: [['Duration', 'ns']],
	client: ['ClientHost'],
	agent: ['request_User-Agent'],
	retries: ['RetryAttempts'],
});
