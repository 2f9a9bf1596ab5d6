/** The panic threshold: what Envoy and Istio say of it, or have by default, as an import writes it. */
import { describe, expect, it } from 'vitest';
import { importText } from './support.js';

const envoy = (more: string): string => `static_resources:
  clusters:
    - name: shop
      load_assignment: { cluster_name: shop }
      outlier_detection: { consecutive_5xx: 5, interval: 10s, base_ejection_time: 60s, max_ejection_percent: 100 }
${more}
virtual_hosts:
  - name: shop
    domains: ["*"]
    routes: [ { match: { prefix: / }, route: { cluster: shop, retry_policy: { retry_on: 5xx, num_retries: 1 } } } ]
`;
const istio = (more: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [shop], http: [ { retries: { attempts: 2 }, route: [ { destination: { host: shop } } ] } ] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: shop }
spec: { host: shop, trafficPolicy: { outlierDetection: { maxEjectionPercent: 100${more} } } }
`;

describe('the panic threshold', () => {
	it('of Envoy is our default, 50 %, unless the cluster names another', () => {
		expect(importText(envoy('')).text).not.toContain('panic:');
		const named = '      common_lb_config: { healthy_panic_threshold: { value: 0 } }';
		expect(importText(envoy(named)).text).toContain('panic: 0%');
		expect(importText(envoy(named.replace('value: 0', 'value: 30'))).text).toContain('panic: 30%');
	});

	it('of Istio is 0 % unless minHealthPercent says otherwise', () => {
		expect(importText(istio('')).text).toContain('panic: 0%');
		expect(importText(istio(', minHealthPercent: 40')).text).toContain('panic: 40%');
	});
});
