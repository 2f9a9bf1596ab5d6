/** Node's fetch: no retries. What is between it and the upstream has them. */
export const open = (url) => async (id) => {
	const response = await fetch(url, { headers: { 'x-request': id } });
	await response.text();
	if (!response.ok) throw new Error(`status ${response.status}`);
};
