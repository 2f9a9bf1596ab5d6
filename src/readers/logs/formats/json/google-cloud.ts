/** Request logs of Google Cloud (load balancers, Cloud Run, App Engine): `httpRequest` with a latency such as "0.013s". */
import { jsonRequests } from './json-requests.js';

export const GOOGLE_CLOUD = jsonRequests({
	title: 'Google Cloud request log',
	marks: ['httpRequest', 'timestamp'],
	time: ['timestamp'],
	stamp: 'start',
	status: ['httpRequest.status'],
	method: ['httpRequest.requestMethod'],
	path: ['httpRequest.requestUrl'],
	duration: [['httpRequest.latency', 's']],
	client: ['httpRequest.remoteIp'],
	agent: ['httpRequest.userAgent'],
	skip: ({ httpRequest }) => httpRequest === undefined,
	assumed: ['timestamp is when a request came'],
});
