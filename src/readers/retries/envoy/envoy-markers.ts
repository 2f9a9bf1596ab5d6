/** What only Envoy writes: lists of hosts with domains, clusters with its breakers, policies with its words. */
import type { Field } from '../../manifest/field.js';
import { either, mapsIn } from '../policy/spellings.js';

/** Envoy's own lists of hosts alone: maps with domains or routes. */
export const hasHosts = (field: Field): boolean => {
	const { node } = either(field, 'virtual_hosts');
	return (
		node?.kind === 'list' &&
		node.items.every((item) => item.kind === 'map' && (item.entries.has('domains') || item.entries.has('routes')))
	);
};
/** Google's backend services have fields of these names, and a balancing scheme. */
const isBounded = (field: Field): boolean => {
	if (field.get('loadBalancingScheme').given || field.get('backends').given) return false;
	const bounds = either(field, 'circuit_breakers');
	const counted = bounds.node?.kind === 'map' && (bounds.get('thresholds').given || bounds.node.entries.size === 0);
	return counted || (either(field, 'outlier_detection').node?.kind === 'map' && field.get('name').given);
};
export const isCluster = (field: Field): boolean =>
	isBounded(field) ||
	(field.get('name').given && (either(field, 'load_assignment').given || either(field, 'lb_policy').given));
/** A policy with a field that is Envoy's: others have a `retryPolicy` as well. */
export const hasPolicy = (field: Field): boolean => {
	const policy = either(field, 'retry_policy');
	if (policy.node?.kind !== 'map' || policy.get('retryConditions').given) return false;
	return ['retry_on', 'num_retries', 'per_try_timeout', 'retry_back_off', 'retriable_status_codes'].some(
		(key) => either(policy, key).given,
	);
};

/** True for a document with route configurations, clusters, or routes with a retry policy in it, and for a bootstrap. */
export const isEnvoy = (root: Field): boolean =>
	either(root, 'static_resources').given ||
	mapsIn(root, (map) => hasHosts(map) || hasPolicy(map) || isBounded(map)).length > 0;
