/** A client of the AWS SDK for JavaScript, pointed at the upstream; its retries (those of @smithy/core) are as they come. */
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';

export function open(url) {
	const client = new SQSClient({
		region: 'us-east-1',
		endpoint: url,
		credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
	});
	return (id) => {
		const command = new ListQueuesCommand({});
		command.middlewareStack.add(
			(next) => (args) => {
				args.request.headers['x-request'] = id;
				return next(args);
			},
			{ step: 'build' },
		);
		return client.send(command);
	};
}
