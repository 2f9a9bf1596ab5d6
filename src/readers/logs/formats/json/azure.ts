/** Azure's access logs of Front Door and Application Gateway: the fields lie below `properties`; timeTaken is in seconds. */
import { jsonRequests } from './json-requests.js';

export const AZURE_FRONT_DOOR = jsonRequests({
	title: 'Azure Front Door access log',
	marks: ['properties.httpStatusCode', 'properties.timeTaken', 'time'],
	time: ['time'],
	stamp: 'end',
	status: ['properties.httpStatusCode'],
	method: ['properties.httpMethod'],
	path: ['properties.requestUri'],
	duration: [['properties.timeTaken', 's']],
	client: ['properties.clientIp'],
	agent: ['properties.userAgent'],
	assumed: ['time is when the answer was delivered'],
});

/** Its first version writes timeTaken in milliseconds, its second in seconds: the values tell. */
export const AZURE_APPLICATION_GATEWAY = jsonRequests({
	title: 'Azure Application Gateway access log',
	marks: ['properties.httpStatus', 'properties.timeTaken'],
	time: ['timeStamp', 'time'],
	stamp: 'end',
	status: ['properties.httpStatus'],
	method: ['properties.httpMethod'],
	path: ['properties.requestUri'],
	duration: [['properties.timeTaken', null]],
	client: ['properties.clientIP'],
	agent: ['properties.userAgent'],
	assumed: ['time is when the answer was delivered'],
});
