/** Every kind of log that is read, in one table. The narrow ones first: of two that know as many lines the first is taken. */

import { API_GATEWAY_JSON } from './json/api-gateway.js';
import { ATTEMPTS } from './json/attempt-lines.js';
import { AZURE_APPLICATION_GATEWAY, AZURE_FRONT_DOOR } from './json/azure.js';
import { CADDY } from './json/caddy.js';
import { ECS } from './json/ecs.js';
import { ENVOY_JSON } from './json/envoy-json.js';
import { FASTLY } from './json/fastly.js';
import { GOOGLE_CLOUD } from './json/google-cloud.js';
import { K6 } from './json/k6.js';
import { LOGPUSH } from './json/logpush.js';
import { NGINX_JSON } from './json/nginx-json.js';
import { NGINX_STATUS } from './json/nginx-status.js';
import { PINO } from './json/pino.js';
import { TRAEFIK } from './json/traefik.js';
import { USUAL_JSON } from './json/usual-json.js';
import { VEGETA } from './json/vegeta.js';
import { DOCUMENT } from './json-document.js';
import type { LogKind } from './log-format.js';
import { PROMETHEUS } from './metrics/prometheus.js';
import { OTLP } from './spans/otlp.js';
import { AB_GNUPLOT, HEY, JMETER, K6_CSV, OHA, VEGETA_CSV } from './tables/declared.js';
import { LOCUST } from './tables/locust.js';
import { TABLE } from './tables/table-kind.js';
import { ALB, CLASSIC_ELB, CLOUDFRONT_REAL_TIME, S3 } from './text/aws.js';
import { COMBINED } from './text/combined.js';
import { API_GATEWAY_TEXT, ENVOY_TEXT, INGRESS_NGINX, ISTIO_TEXT } from './text/format-string.js';
import { GATLING } from './text/gatling.js';
import { HAPROXY } from './text/haproxy.js';
import { LOGFMT, LTSV } from './text/pairs.js';
import { W3C } from './text/w3c.js';

export const LOG_KINDS: readonly LogKind[] = [
	PROMETHEUS,
	OTLP,
	DOCUMENT,
	K6,
	LOGPUSH,
	TRAEFIK,
	CADDY,
	GOOGLE_CLOUD,
	AZURE_FRONT_DOOR,
	AZURE_APPLICATION_GATEWAY,
	FASTLY,
	ECS,
	PINO,
	API_GATEWAY_JSON,
	ENVOY_JSON,
	ATTEMPTS,
	VEGETA,
	NGINX_STATUS,
	NGINX_JSON,
	USUAL_JSON,
	ALB,
	CLASSIC_ELB,
	CLOUDFRONT_REAL_TIME,
	S3,
	HAPROXY,
	ENVOY_TEXT,
	ISTIO_TEXT,
	INGRESS_NGINX,
	API_GATEWAY_TEXT,
	COMBINED,
	GATLING,
	W3C,
	JMETER,
	K6_CSV,
	LOCUST,
	HEY,
	OHA,
	AB_GNUPLOT,
	VEGETA_CSV,
	TABLE,
	LTSV,
	LOGFMT,
];
