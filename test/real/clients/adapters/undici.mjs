/** undici's RetryAgent as it comes. */
import { Agent, RetryAgent, request } from 'undici';

export function open(url) {
	const dispatcher = new RetryAgent(new Agent());
	return async (id) => {
		const { statusCode, body } = await request(url, { dispatcher, headers: { 'x-request': id } });
		await body.text();
		if (statusCode !== 200) throw new Error(`status ${statusCode}`);
	};
}
