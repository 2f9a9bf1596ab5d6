/** Elastic Common Schema, nested or with dots: durations in nanoseconds. */
import { jsonRequests } from './json-requests.js';

export const ECS = jsonRequests({
	title: 'Elastic Common Schema JSON lines',
	marks: ['@timestamp', 'http.response.status_code'],
	time: ['@timestamp'],
	stamp: 'start',
	began: ['event.start'],
	status: ['http.response.status_code'],
	method: ['http.request.method'],
	path: ['url.path', 'url.original', 'url.full'],
	duration: [['event.duration', 'ns']],
	client: ['client.ip', 'source.ip', 'client.address', 'source.address'],
	agent: ['user_agent.original'],
	id: ['http.request.id'],
	assumed: ['@timestamp is when a request came'],
});
