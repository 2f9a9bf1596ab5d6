/**
 * What stands in the configurations of the products that are read and cannot touch a retry: compression, logs, headers, addresses
 * and certificates. A name that is not in this list is never folded away.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Names as they are compared: snake_case. */
const NAMES = words(`
	metadata labels annotations status spec.selector namespace creation_timestamp uid resource_version generation managed_fields
	log log_format log_format_escape log_tag log_send_hostname access_log access_log_path error_log logging log_not_found
	log_subrequest rewrite_log open_log_file_cache serilog stats stat_prefix stats_config stats_flush_interval stats_sinks tracing
	open_telemetry opentelemetry telemetry metrics management
	listen server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size server_tokens root index
	alias try_files autoindex charset charset_types types types_hash_max_size types_hash_bucket_size default_type sendfile
	sendfile_max_chunk tcp_nopush tcp_nodelay user pid daemon master_process env load_module events multi_accept use accept_mutex
	keepalive_timeout keepalive_requests large_client_header_buffers underscores_in_headers ignore_invalid_headers merge_slashes
	aio directio etag expires return rewrite auth_basic auth_basic_user_file allow deny satisfy stub_status internal
	port_in_redirect absolute_redirect output_buffers postpone_output variables_hash_bucket_size variables_hash_max_size
	map_hash_bucket_size map_hash_max_size proxy_http_version proxy_redirect proxy_buffering proxy_buffers proxy_buffer_size
	proxy_busy_buffers_size proxy_max_temp_file_size proxy_temp_path proxy_temp_file_write_size proxy_pass_request_headers
	fastcgi_param fastcgi_index fastcgi_split_path_info fastcgi_buffers fastcgi_buffer_size uwsgi_param scgi_param
	chroot group nbthread nbproc cpu_map pidfile ca_base crt_base bind errorfile errorfiles description unique_id_format
	unique_id_header capture compression maxcompcpuusage monitor_uri acl default_backend use_backend userlist peers mailers cache
	program ring http_errors log_forward frontend crt_store
	admin node domains match type @type include_request_attempt_count access_loggers http_filters codec_type transport_socket tls
	tls_context server_name_indication dns_lookup_family respect_dns_ttl dns_refresh_rate alt_stat_name
	typed_extension_protocol_options http2_protocol_options http_protocol_options common_http_protocol_options
	upstream_http_protocol_options prefix_rewrite regex_rewrite host_rewrite_literal auto_host_rewrite host_rewrite
	path_rewrite url_rewrite cors cors_policy decorator layered_runtime version_info last_updated connect_config upgrade_configs
	validate_clusters ignore_port_in_host_matching virtual_clusters
	hosts gateways headers rewrite export_to parent_refs hostnames matches filters workload_selector tags
	allowed_hosts connection_strings kestrel $schema application
`);
const PATTERNS =
	/^(?:gzip|brotli|ssl|client_(?:body|header|max)|worker|open_file_cache|proxy_(?:ssl|cookie|hide_header|set_header|set_body|pass_header)|more_(?:set|clear)|add_header|add_trailer|real_ip|set_real_ip|tune\.|http2|http3|timeout_(?:client|http_request|http_keep_alive)|option_(?:httplog|tcplog|dontlognull|dontlog_normal|forwardfor|http_server_close|http_keep_alive|logasap|log_health_checks|log_separate_errors|contstats|tcp_check|socket_stats)|http_(?:request|response)_(?:set_header|add_header|del_header|replace_header|redirect|set_log_level|capture)|(?:request|response)_headers_to_|stats_)/;

/** Words of what does touch them: with one of these in it nothing is folded. */
const TELLING =
	/retr|attempt|timeout|back_?off|breaker|outlier|eject|hedg|budget|fail|health|upstream|circuit|panic|unavailable|resilien/i;

/**
 * @param name a path or a directive
 * @param below the names of what stands in it
 */
export function isIrrelevant(name: string, below: readonly string[]): boolean {
	if (below.some((each) => TELLING.test(each) && !known(each))) return false;
	return known(name);
}

function known(name: string): boolean {
	const last = name.split(/(?<!@)\.(?=[^.]*$)/).at(-1) ?? name;
	const plain = last
		.replace(/\[\d+\]$/, '')
		.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
		.replace(/[\s-]+/g, '_')
		.toLowerCase();
	return NAMES.has(plain) || PATTERNS.test(plain);
}
