//! The dialect of an event, by the names of its members.

use super::Reader;
use super::members::Object;

impl Reader<'_> {
    /// Returns the dialect: the first rule that fits. `null` counts as a missing member.
    pub(super) fn dialect(&self) -> &'static str {
        let event = |name: &str| self.has(Object::Event, "extras", name);
        let context = |name: &str| self.has(Object::Context, "context_extras", name);
        let any = |names: &[&str]| names.iter().any(|name| event(name));
        let any_context = |names: &[&str]| names.iter().any(|name| context(name));
        let mut extras = self.event.maps.get("extras").into_iter().flatten();
        let version_1 = ("version".to_owned(), Some("\"v1\"".to_owned()));
        let is_version_1 = extras.any(|pair| *pair == version_1);
        let has_context = event("requestContext");
        let domain = self.event.strings.get("domain_name");

        if self.event.strings.contains_key("event_type") {
            return "tencent-websocket";
        }
        if event("Records") {
            return if self.has_cloudfront() { "aws-cloudfront" } else { "not-http" };
        }
        if event("Type") && event("TriggerName")
            || event("detail-type")
            || event("messageVersion") && event("agent")
            || event("triggerSource") && event("userPoolId")
        {
            return "not-http";
        }
        if any(&["methodArn", "routeArn"]) {
            return match self.extra("type").as_deref() {
                Some("\"TOKEN\"") => "aws-token-authorizer",
                _ if event("routeArn") => "aws-http-api-authorizer",
                _ => "aws-request-authorizer",
            };
        }
        if context("elb") {
            return if event("multiValueHeaders") { "aws-alb-multi-value" } else { "aws-alb" };
        }
        if any_context(&["serviceNetworkArn", "targetGroupArn"]) {
            return "aws-lattice";
        }
        if event("raw_path") {
            return "aws-lattice-v1";
        }
        if is_version_1 && (context("http") || event("rawPath")) {
            return "alibaba-fc";
        }
        if context("http") {
            let second = domain.and_then(|domain| domain.split_once('.'));
            let is_url = second.is_some_and(|(_, rest)| rest.starts_with("lambda-url."));
            return if is_url { "aws-function-url" } else { "aws-http-api" };
        }
        if any_context(&["connectionId", "eventType"]) {
            let is_yandex = any(&["operationId", "parameters"]);
            return if is_yandex { "yandex-api-gateway" } else { "aws-websocket" };
        }
        if context("envId") {
            return "tencent-cloudbase";
        }
        let names = ["queryString", "headerParameters", "headersParameters"];
        if any(&names) || any_context(&["serviceId", "serviceName"]) {
            // Since 2026 a Function URL has a context with the address of the client.
            let is_url =
                context("sourceIp") && !any_context(&["serviceId", "serviceName", "path", "stage"]);
            let is_gateway = has_context && !is_url;
            return if is_gateway { "tencent-api-gateway" } else { "tencent-function-url" };
        }
        if event("payload") && event("headers") && !event("httpMethod") {
            return "tencent-clb";
        }
        if event("__ow_method") {
            return "openwhisk";
        }
        if event("http") && !event("httpMethod") {
            return "digitalocean";
        }
        if event("Data") && event("Metadata") {
            return "azure";
        }
        let has_multi = event("multiValueHeaders");
        if event("rawUrl") && has_multi && !has_context {
            return "netlify";
        }
        let is_configured = any_context(&["resourcePath", "resourceId", "identity"]);
        if context("apiId") && (is_configured || event("resource")) {
            let is_baidu =
                event("resource") && context("sourceIp") && !context("identity") && !has_multi;
            return if is_baidu { "baidu-cfc" } else { "aws-rest-api" };
        }
        if context("apiId") && context("stage") && context("requestId")
            || any(&["lubanops-gtrace-id", "user_data"])
        {
            return "huawei-apig";
        }
        if has_multi && context("identity") {
            let is_old = any(&["pathParams", "params", "url"]);
            let is_new = event("version") && any(&["operationId", "parameters"]);
            return if is_old || is_new { "yandex-api-gateway" } else { "yandex-functions" };
        }
        if event("resource") && event("httpMethod") && !has_multi && !context("authorizer") {
            return "baidu-cfc";
        }
        if event("queryParameters") && event("httpMethod") && !has_context {
            return "alibaba-api-gateway";
        }
        "unknown"
    }

    /// Returns whether an object has a member that is not `null`, with or without a field.
    fn has(&self, object: Object, extras: &str, name: &str) -> bool {
        let is_present =
            |(found, value): &(String, _)| found == name && value != &Some("null".to_owned());
        self.seen.contains(&(object, name.to_owned()))
            || self.event.maps.get(extras).into_iter().flatten().any(is_present)
    }

    /// Returns the raw value of the first member of the event with this name and without a field.
    pub(super) fn extra(&self, name: &str) -> Option<String> {
        let mut extras = self.event.maps.get("extras").into_iter().flatten();
        extras.find(|(found, _)| found == name).and_then(|(_, value)| value.clone())
    }

    fn has_cloudfront(&self) -> bool {
        let records = self.extra("Records").unwrap_or_default();
        let records: serde_json::Value = serde_json::from_str(&records).unwrap_or_default();
        records.get(0).and_then(|record| record.get("cf")).is_some_and(|cf| !cf.is_null())
    }
}
