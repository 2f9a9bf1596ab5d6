/** cockatiel's retry with its exponential back-off, both as they come (no most of attempts), around Node's fetch. */
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';

export function open(url) {
	const policy = retry(handleAll, { backoff: new ExponentialBackoff() });
	return (id) =>
		policy.execute(async () => {
			const response = await fetch(url, { headers: { 'x-request': id } });
			await response.text();
			if (!response.ok) throw new Error(`status ${response.status}`);
		});
}
