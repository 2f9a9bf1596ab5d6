/** The gRPC face of the upstream: one method, no messages worth the name, UNAVAILABLE where there is no room. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';

const same = (bytes) => bytes;
export const SERVICE = {
	work: {
		path: '/testbed.Testbed/Work',
		requestStream: false,
		responseStream: false,
		requestSerialize: same,
		requestDeserialize: same,
		responseSerialize: same,
		responseDeserialize: same,
	},
};

/**
 * @param {(id: string, answer: (code: number) => void) => () => void} arrive
 * @returns {Promise<number>} its port on loopback
 */
export function serve(arrive) {
	const server = new Server();
	server.addService(SERVICE, {
		work: (call, respond) => {
			const [id] = call.metadata.get('x-request');
			const gone = arrive(String(id), (code) => {
				if (code === 200) respond(null, Buffer.alloc(0));
				else respond({ code: status.UNAVAILABLE, details: 'full' });
			});
			call.on('cancelled', gone);
		},
	});
	return new Promise((done, fail) => {
		server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
			if (error) fail(error);
			else done(port);
		});
	});
}
