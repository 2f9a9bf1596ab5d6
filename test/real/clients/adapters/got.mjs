/** got as it comes. */
import got from 'got';

export const open = (url) => (id) => got(url, { headers: { 'x-request': id } });
