//go:build cgo

package apigw

// headerNames is the well-known header names under their numbers, APIGW_HEADER_... of apigw.h. Packed events have the number.
var headerNames = [...]string{
	"",
	"accept", "accept-charset", "accept-encoding", "accept-language", "access-control-request-headers",
	"access-control-request-method", "authorization", "cache-control", "connection", "content-disposition",
	"content-encoding", "content-language", "content-length", "content-location", "content-range", "content-type",
	"cookie", "date", "dnt", "endpoint-timeout", "etag", "expect", "expires", "forwarded", "from", "host", "if-match",
	"if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive", "last-modified", "location",
	"max-forwards", "origin", "pragma", "priority", "proxy-authorization", "proxy-connection", "range", "referer",
	"requestsource", "save-data", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest",
	"sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "sec-gpc", "sec-websocket-extensions", "sec-websocket-key",
	"sec-websocket-protocol", "sec-websocket-version", "server", "set-cookie", "traceparent", "tracestate", "trailer",
	"transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "vary", "via", "www-authenticate",
	"x-amzn-trace-id", "x-anonymous-consumer", "x-api-key", "x-api-requestid", "x-api-scheme", "x-b3-parentspanid",
	"x-b3-sampled", "x-b3-spanid", "x-b3-traceid", "x-client-proto", "x-client-proto-ver", "x-correlation-id",
	"x-csrf-token", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto",
	"x-http-method-override", "x-method", "x-qualifier", "x-real-ip", "x-real-port", "x-request-id",
	"x-requested-with", "x-scf-remote-addr", "x-scf-request-domain", "x-stgw-time", "x-uri", "x-vip", "x-vport",
}
