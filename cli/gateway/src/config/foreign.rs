//! Recognises files and functions that are not served here.

use super::Problem;
use super::check::suggest;
use super::scalar::text;
use super::yaml::{Node, Place, Value};

/// The vendor whose files of the Serverless Framework are served too.
pub(super) const AWS: &str = "AWS";

/// `provider.name` of other vendors.
const PROVIDERS: &[(&str, &str)] = &[
    ("aliyun", "Alibaba Cloud"),
    ("aws", AWS),
    ("azure", "Azure"),
    ("cloudflare", "Cloudflare"),
    ("fc", "Alibaba Cloud"),
    ("google", "Google Cloud"),
    ("huawei", "Huawei Cloud"),
    ("kubeless", "Kubeless"),
    ("knative", "Knative"),
    ("openwhisk", "OpenWhisk"),
    ("scaleway", "Scaleway"),
    ("spotinst", "Spot"),
    ("yandex-cloud", "Yandex Cloud"),
];

/// Keys of a whole file that only files of other vendors have.
const MARKS: &[(&str, &str)] = &[
    ("ROSTemplateFormatVersion", "Alibaba Cloud"),
    ("edition", "Alibaba Cloud"),
    ("apiVersion", "Kubernetes"),
];

/// The vendor of a file that is for another one, and where it says so.
pub(super) fn vendor(root: &Node) -> Option<(&'static str, Place)> {
    let provider = root.get("provider");
    let name = provider.and_then(|it| text(it).map(|_| it).or_else(|| it.get("name")));
    let named = name.and_then(|node| {
        let name = text(node)?.to_lowercase();
        let (_, vendor) = PROVIDERS.iter().find(|(provider, _)| *provider == name)?;
        Some((*vendor, node.place))
    });
    // A component has another `provider`, or none.
    named.or_else(|| marked(root))
}

/// The vendor that a key of a whole file names, if it is not AWS.
pub(super) fn marked(root: &Node) -> Option<(&'static str, Place)> {
    let found = |(key, vendor): &(&str, &'static str)| Some((*vendor, root.get(key)?.place));
    let transform = || {
        let node = root.get("Transform")?;
        text(node)?.starts_with("Aliyun::").then_some(("Alibaba Cloud", node.place))
    };
    MARKS.iter().find_map(found).or_else(transform)
}

/// Components that deploy a web framework.
const FRAMEWORKS: &[&str] = &[
    "django", "egg", "express", "flask", "http", "koa", "laravel", "nestjs", "nextjs", "nuxtjs",
    "thinkphp",
];

const SERVED: &str = "`scf` and `multi-scf` with event functions are served";

/// Whether the component of a file has several functions; an error if it is not served.
pub(super) fn component(root: &Node) -> Result<bool, Problem> {
    let Some(node) = root.get("component") else { return Ok(false) };
    if let Value::Unresolved(reason) = &node.value {
        return Err(Problem::error(node.place, format!("`component`: {reason}")));
    }
    let written = text(node).unwrap_or_default();
    // `@scope/tencent-scf@1.0.0` is `scf` too.
    let name = written
        .strip_prefix('@')
        .map_or(written.as_str(), |scoped| scoped.split_once('/').map_or(scoped, |(_, name)| name));
    let name = name.split('@').next().unwrap_or(name);
    let name = name.strip_prefix("tencent-").unwrap_or(name);
    let reason = match name {
        "scf" => return Ok(false),
        "multi-scf" => return Ok(true),
        "apigateway" => "declares an API without functions",
        _ if FRAMEWORKS.contains(&name) => {
            "deploys a web framework, which serves HTTP by itself: start it with its own command"
        }
        _ => "has no functions that are known here",
    };
    let near = suggest(name, ["scf", "multi-scf"].into_iter());
    let hint = near.map(|near| format!("; is it `{near}`?")).unwrap_or_default();
    let message = format!("the component `{written}` {reason}; {SERVED}{hint}");
    Err(Problem::error(node.place, message))
}

/// Why a function is not served, if it is not an event function.
pub(super) fn unsupported(name: &str, node: &Node, defaults: Option<&Node>) -> Option<Problem> {
    let get = |key| node.get(key).or_else(|| defaults.and_then(|it| it.get(key)));
    if let Some(image) = node.get("image") {
        let message = format!("the function `{name}` is a container image; {SERVED}");
        return Some(Problem::error(image.place, message));
    }
    let kind =
        get("type").filter(|kind| text(kind).is_some_and(|it| it.eq_ignore_ascii_case("web")));
    kind.map(|kind| {
        let message = format!(
            "the function `{name}` is a web function, a process that listens at port 9000: start \
             it with its own command; {SERVED}"
        );
        Problem::error(kind.place, message)
    })
}
