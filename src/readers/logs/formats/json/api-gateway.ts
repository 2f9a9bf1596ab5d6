/** AWS API Gateway with the JSON format that its console offers; requestTime is when a request came. */
import { jsonRequests } from './json-requests.js';

export const API_GATEWAY_JSON = jsonRequests({
	title: 'API Gateway JSON lines',
	marks: ['requestId', 'requestTime', 'status'],
	time: ['requestTimeEpoch', 'requestTime'],
	stamp: 'start',
	status: ['status'],
	method: ['httpMethod'],
	path: ['path', 'resourcePath', 'routeKey'],
	duration: [['responseLatency', 'ms']],
	client: ['ip', 'sourceIp'],
	agent: ['userAgent'],
});
