/** got with the one thing that its manual asks everybody to set: a timeout. Its retries are those that it comes with. */
import got from 'got';

export const open = (url) => (id) => got(url, { headers: { 'x-request': id }, timeout: { request: 1000 } });
