/** pino-http and Fastify: a line when a request is completed, `responseTime` in milliseconds; other lines of the application are none. */
import { jsonRequests } from './json-requests.js';

export const PINO = jsonRequests({
	title: 'pino JSON lines (pino-http, Fastify)',
	marks: ['res.statusCode', 'time'],
	time: ['time'],
	stamp: 'end',
	status: ['res.statusCode'],
	method: ['req.method'],
	path: ['req.url'],
	duration: [['responseTime', 'ms']],
	client: ['req.headers.x-forwarded-for', 'req.remoteAddress'],
	agent: ['req.headers.user-agent'],
	id: ['req.headers.x-request-id'],
	skip: ({ res }) => res === undefined,
	assumed: ['a line was written when its request was done'],
});
