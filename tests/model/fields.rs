//! The fields of an event that depend on its dialect.

use super::{Event, Fault, Reader};

/// The dialects whose requests are in members that the model does not read.
const PARTIAL: [&str; 9] = [
    "aws-cloudfront",
    "aws-lattice",
    "aws-lattice-v1",
    "alibaba-fc",
    "alibaba-api-gateway",
    "openwhisk",
    "digitalocean",
    "azure",
    "netlify",
];

/// Fields, each with the member that fills it if those before it are absent.
const FALLBACKS: [(&str, &str); 11] = [
    ("method", "http.method"),
    ("path", "raw.path"),
    ("api_id", "context.api_id"),
    ("source_ip", "http.source_ip"),
    ("source_ip", "identity.source_ip"),
    ("user_agent", "identity.user_agent"),
    ("protocol", "context.protocol"),
    ("raw_query", "raw.query"),
    ("event_type", "context.event_type"),
    ("connection_id", "context.connection_id"),
    ("route_key", "event.route_key"),
];

impl Reader<'_> {
    /// Applies the rules that need the whole event.
    pub(super) fn interpret(mut self) -> Result<Event, Fault> {
        let dialect = self.dialect();
        self.event.dialect = dialect;
        self.event.is_partial = PARTIAL.contains(&dialect)
            || dialect == "yandex-api-gateway"
                && ["url", "pathParams"].iter().any(|name| self.extra(name).is_some());
        for (field, member) in FALLBACKS {
            if let Some(text) = self.event.strings.remove(member) {
                self.event.strings.entry(field).or_insert(text);
            }
        }
        if let Some(text) = self.event.strings.remove("websocket.data")
            && self.event.body.is_none()
        {
            self.event.body = Some(("text", text));
        }
        if let Some(alias) = self.event.maps.remove("alias.headers") {
            self.event.maps.entry("declared_headers").or_insert(alias);
        }
        self.time();
        let maps = &mut self.event.maps;
        if let Some(multi) = maps.remove("multi.headers") {
            let single = maps.insert("headers", multi);
            maps.extend(single.map(|single| ("single_headers", single)));
        }
        match dialect {
            "tencent-api-gateway" | "tencent-function-url" => {
                if let Some(multi) = maps.remove("multi.query") {
                    maps.entry("query").or_insert(multi);
                }
                self.derive_query(false)?;
            }
            "tencent-websocket" => drop(maps.remove("multi.query")),
            "tencent-clb" => {
                maps.remove("multi.query");
                self.payload()?;
            }
            _ => self.common()?,
        }
        let has_resource = matches!(
            dialect,
            "aws-rest-api"
                | "aws-request-authorizer"
                | "huawei-apig"
                | "baidu-cfc"
                | "yandex-functions"
                | "yandex-api-gateway"
        );
        let resource = self.event.strings.remove("event.resource");
        if has_resource {
            if self.event.strings.contains_key("route") {
                self.rename("route", "full_path");
            }
            self.event.strings.extend(resource.map(|resource| ("route", resource)));
        } else if let Some(resource) = resource {
            self.event.strings.entry("route").or_insert(resource);
        }
        if has_resource || dialect == "aws-websocket" {
            if !self.event.strings.contains_key("method") {
                self.rename("route_method", "method");
            }
            self.event.strings.remove("route_method");
        }
        match dialect {
            "aws-http-api" | "aws-function-url" | "aws-http-api-authorizer" => {
                self.http_api(dialect);
            }
            "aws-alb" | "aws-alb-multi-value" => {
                for map in ["query", "single_query"] {
                    for (name, value) in self.event.maps.get_mut(map).into_iter().flatten() {
                        *name = form_decoded(name);
                        *value = value.as_deref().map(form_decoded);
                    }
                }
            }
            _ => {}
        }
        self.phase();
        Ok(self.event)
    }

    fn rename(&mut self, from: &str, to: &'static str) {
        self.event.strings.remove(to);
        let text = self.event.strings.remove(from);
        self.event.strings.extend(text.map(|text| (to, text)));
    }

    fn time(&mut self) {
        let times = ["time.request", "time.epoch"].map(|name| self.event.strings.remove(name));
        let time = times.into_iter().flatten().next();
        let digits = time.map(|time| {
            let inside = time.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            inside.unwrap_or(&time).to_owned()
        });
        self.event.time_ms = digits.and_then(|it| it.parse().ok()).filter(|time| *time != 0);
    }

    fn payload(&mut self) -> Result<(), Fault> {
        if self.filled.contains("body") {
            return Ok(());
        }
        let extras = self.event.maps.get_mut("extras").expect("there is a payload");
        let index = extras.iter().position(|(name, _)| name == "payload").expect("as above");
        let raw = extras.remove(index).1.unwrap_or_default();
        if extras.is_empty() {
            self.event.maps.remove("extras");
        }
        self.event.body = match raw.as_bytes()[0] {
            b'{' | b'[' => Some(("json", raw)),
            b'"' => Some(("text", serde_json::from_str(&raw).expect("it has been read before"))),
            b'n' => None,
            _ => {
                let at = self.payload_at.expect("there is a payload");
                return Err(Fault::of_member("wrong-type", at, "payload"));
            }
        };
        Ok(())
    }

    /// Chooses between the maps with several values for a name and those with one value.
    fn common(&mut self) -> Result<(), Fault> {
        let maps = &mut self.event.maps;
        let single = maps.remove("declared_query");
        if let Some(multi) = maps.remove("multi.query") {
            maps.insert("query", multi);
            maps.extend(single.map(|single| ("single_query", single)));
        } else if self.event.strings.contains_key("raw_query") {
            maps.extend(single.map(|single| ("single_query", single)));
            maps.remove("query");
            self.derive_query(true)?;
        } else if let Some(single) = single {
            maps.insert("query", single);
        }
        Ok(())
    }

    /// Makes the query of the raw query.
    fn derive_query(&mut self, is_preferred: bool) -> Result<(), Fault> {
        let Some(raw) = self.event.strings.get("raw_query").cloned() else { return Ok(()) };
        if !is_preferred && self.event.maps.contains_key("query") {
            return Ok(());
        }
        let mut pairs = Vec::new();
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            if self.pairs_left == 0 {
                return Err(Fault::new("too-many-pairs", self.raw_query_at));
            }
            self.pairs_left -= 1;
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name, Some(form_decoded(value))),
                None => (part, None),
            };
            pairs.push((form_decoded(name), value));
        }
        self.event.maps.insert("query", pairs);
        Ok(())
    }

    fn http_api(&mut self, dialect: &str) {
        self.event.strings.remove("route_method");
        let key = self.event.strings.get("route_key").cloned().unwrap_or_default();
        if let Some((method, route)) = key.split_once(' ') {
            self.event.strings.insert("route_method", method.to_owned());
            self.event.strings.insert("route", route.to_owned());
        }
        let stage = self.event.strings.get("stage").cloned().unwrap_or_default();
        if let Some(path) = self.event.strings.get_mut("path")
            && !stage.is_empty()
            && let Some(rest) = path.strip_prefix(&format!("/{stage}"))
            && (rest.is_empty() || rest.starts_with('/'))
        {
            *path = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
        }
        self.event.is_path_decoded = dialect != "aws-function-url";
        let extras = self.event.maps.get("context_extras").into_iter().flatten();
        let mut found = extras.filter(|(name, _)| name == "authentication");
        if let Some((_, Some(raw))) = found.next()
            && let Ok(value) = serde_json::from_str::<Authentication<'_>>(raw)
            && let Some(certificate) = value.certificate
            && certificate.get() != "null"
        {
            let certificate = certificate.get().to_owned();
            self.event.strings.insert("client_certificate", certificate);
        }
    }

    fn phase(&mut self) {
        let kind = self.event.strings.get("event_type").map(String::as_str);
        let is_tencent = self.event.dialect == "tencent-websocket";
        let is_aws = matches!(self.event.dialect, "aws-websocket" | "yandex-api-gateway");
        let phase = match kind {
            Some("connecting") if is_tencent => Some("connect"),
            Some("data send" | "data recv") if is_tencent => Some("message"),
            Some("closing") if is_tencent => Some("close"),
            Some("CONNECT") if is_aws => Some("connect"),
            Some("MESSAGE") if is_aws => Some("message"),
            Some("DISCONNECT") if is_aws => Some("close"),
            _ => None,
        };
        let has_binary_data =
            is_tencent && self.event.strings.get("data_type").is_some_and(|it| it == "binary");
        if let Some((kind @ "text", _)) = &mut self.event.body
            && (self.is_base64 || has_binary_data)
        {
            *kind = "base64";
        }
        let phase = phase.map(|phase| ("websocket_phase", phase.to_owned()));
        self.event.strings.extend(phase);
    }
}

#[derive(serde::Deserialize)]
struct Authentication<'a> {
    #[serde(rename = "clientCert", borrow, default)]
    certificate: Option<&'a serde_json::value::RawValue>,
}

/// Returns a part of a query, decoded as the `form_urlencoded` crate does it.
fn form_decoded(part: &str) -> String {
    // Neither sign separates anything inside a part.
    let part = part.replace('&', "%26").replace('=', "%3D");
    let mut pairs = form_urlencoded::parse(part.as_bytes());
    pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
