/**
 * Other names under which people look for a preset: of its package or product, former ones, retired modes. None of them is an
 * id; who writes one is asked whether the id is meant.
 */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
	// TanStack Query was React Query until its version 4.
	['react-query', 'tanstack-query'],
	['@tanstack/react-query', 'tanstack-query'],
	['@reduxjs/toolkit', 'rtk-query'],
	['@apollo/client', 'apollo-retrylink'],
	['@urql/exchange-retry', 'urql-retry'],
	['@microsoft/signalr', 'signalr'],
	['@anthropic-ai/sdk', 'anthropic-node'],
	['@azure/core-rest-pipeline', 'azure-core-rest-pipeline'],
	['@google-cloud/storage', 'gcs-node'],
	['google-gax', 'gax-node-idempotent'],
	['@octokit/plugin-retry', 'octokit-retry'],
	['@slack/web-api', 'slack-web-api'],
	['@elastic/transport', 'elastic-transport'],
	['@aws-sdk/client-dynamodb', 'aws-js-v3-dynamodb-2026'],
	['@smithy/core', 'aws-js-v3-standard-2026'],
	['aws-sdk-js-v3', 'aws-js-v3-standard-2026'],
	['aws-js-v3-standard', 'aws-js-v3-standard-2026'],
	// The mode is gone; its class is there for old code.
	['aws-js-v3-legacy', 'aws-js-v3-deprecated-v1-strategy'],
	['aws-js-v3-v1-strategy', 'aws-js-v3-deprecated-v1-strategy'],
	['boto3', 'botocore-standard-2026'],
	['boto3-standard', 'botocore-standard-2026'],
	['boto3-legacy', 'botocore-legacy'],
	['boto3-adaptive', 'botocore-adaptive'],
	['retry', 'node-retry'],
	['backoff', 'backoff-python'],
	['exponential-backoff', 'exponential-backoff-npm'],
	['requests', 'requests-default'],
	['envoy', 'envoy-route-5xx'],
	['opentelemetry-js', 'otlp-exporter-js'],
	['microsoft.extensions.http.resilience', 'dotnet-standard-resilience'],
]);
