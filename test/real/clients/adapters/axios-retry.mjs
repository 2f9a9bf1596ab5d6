/** axios with axios-retry, both as they come. */
import axios from 'axios';
import axiosRetry from 'axios-retry';

export function open(url) {
	const client = axios.create();
	axiosRetry(client);
	return (id) => client.get(url, { headers: { 'x-request': id } });
}
