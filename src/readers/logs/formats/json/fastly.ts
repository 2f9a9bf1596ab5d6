/** Fastly, as its documentation's JSON formats name the fields; a service may log others, which --fields names. */
import { jsonRequests } from './json-requests.js';

export const FASTLY = jsonRequests({
	title: 'Fastly JSON lines',
	marks: ['timestamp', 'response_status', 'request_method', 'url'],
	time: ['timestamp'],
	stamp: 'start',
	status: ['response_status'],
	method: ['request_method'],
	path: ['url'],
	duration: [
		['time_elapsed', 'us'],
		['time_elapsed_usec', 'us'],
		['time_elapsed_msec', 'ms'],
	],
	client: ['client_ip'],
	agent: ['request_user_agent'],
	assumed: ['timestamp is when a request came (%{begin:...}t)'],
});
