/** @grpc/grpc-js with the service config of proposal A6: four attempts, 0.1 s doubled up to 1 s, ten tokens of which a success earns a tenth. */
import { credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js';
import { SERVICE } from './grpc-server.mjs';

const CONFIG = {
	methodConfig: [
		{
			name: [{}],
			retryPolicy: {
				maxAttempts: 4,
				initialBackoff: '0.1s',
				maxBackoff: '1s',
				backoffMultiplier: 2,
				retryableStatusCodes: ['UNAVAILABLE'],
			},
		},
	],
	retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
};

export function open(url) {
	const Client = makeGenericClientConstructor(SERVICE, 'Testbed');
	const client = new Client(new URL(url).host, credentials.createInsecure(), {
		'grpc.service_config': JSON.stringify(CONFIG),
	});
	return (id) =>
		new Promise((done, fail) => {
			const metadata = new Metadata();
			metadata.set('x-request', id);
			client.work(Buffer.alloc(0), metadata, (error) => (error ? fail(error) : done()));
		});
}
