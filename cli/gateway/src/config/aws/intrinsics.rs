//! Functions of CloudFormation: `!Ref`, `!Sub`, `!GetAtt` and others
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>),
//! as far as they have a value without an account.

use std::collections::HashSet;

use super::super::Problem;
use super::super::check::suggest;
use super::super::scalar::text;
use super::super::yaml::{MAX_NODES, Node, Place, Value, count};

/// The account that stands for yours.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The region of projects that do not name one.
pub(crate) const REGION: &str = "us-east-1";

/// Functions that have a value here.
const KNOWN: &[&str] = &[
    "Ref",
    "Fn::Sub",
    "Fn::GetAtt",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::If",
    "Fn::FindInMap",
    "Fn::Equals",
    "Fn::And",
    "Fn::Or",
    "Fn::Not",
];

/// Functions whose values only an account has, or that nothing here needs.
const WITHOUT_VALUE: &[&str] = &[
    "Fn::ImportValue",
    "Fn::GetAZs",
    "Fn::Cidr",
    "Fn::Transform",
    "Fn::Base64",
    "Fn::Length",
    "Fn::ToJsonString",
    "Fn::ForEach",
    "Fn::GetStackOutput",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

/// Bytes of all texts that functions make.
const MAX_TEXT: usize = 16 << 20;

/// Conditions that a condition may refer to in a row.
const MAX_DEPTH: usize = 20;

/// What functions refer to: the parts of a template, or of the resources of a `serverless.yml`.
pub(super) struct Stack<'n> {
    template: &'n Node,
    name: String,
    region: String,
    /// Whether a name that the template does not have is a fault.
    is_whole: bool,
    /// The names of the resources.
    resources: HashSet<&'n str>,
    /// Names that were looked for among others.
    hints: usize,
    work: usize,
    bytes: usize,
}

/// Characters of the name of a resource.
const MAX_NAME: usize = 255;

/// Names that are looked for: each one is compared with all others.
const MAX_HINTS: usize = 100;

impl<'n> Stack<'n> {
    /// The stack of the resources of a file that has others besides.
    pub(super) fn new(
        template: &'n Node,
        name: String,
        region: String,
        is_whole: bool,
    ) -> Stack<'n> {
        let resources = template.get("Resources").map(Node::members).unwrap_or_default();
        let resources = resources.iter().map(|(key, _)| key.name.as_str()).collect();
        Stack { template, name, region, is_whole, resources, hints: 0, work: 0, bytes: 0 }
    }

    /// Replaces the functions in a value by what they return. One without a value becomes
    /// [`Value::Unresolved`].
    pub(super) fn resolve(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.resolve(item)),
            Value::Map(map) => map.values_mut().for_each(|value| self.resolve(value)),
            _ => return,
        }
        if let Some((name, argument)) = call(node) {
            let value = self.apply(&name, argument);
            node.value = value.unwrap_or_else(Value::Unresolved);
        }
    }

    /// Whether a condition of the template is true. One that has no value is.
    pub(super) fn condition(&mut self, name: &str, depth: usize) -> Result<bool, String> {
        let conditions = self.template.get("Conditions");
        let Some(found) = conditions.and_then(|it| it.get(name)) else {
            let names = conditions.map(Node::members).unwrap_or_default();
            let hint = self.hint(name, names.iter().map(|(key, _)| key.name.as_str()));
            return Err(format!("the template has no condition `{name}`{hint}"));
        };
        if depth == MAX_DEPTH {
            return Err(format!("the condition `{name}` refers to itself, or through 20 others"));
        }
        self.work(1)?;
        self.is_true(&found.clone(), depth + 1)
    }

    fn is_true(&mut self, node: &Node, depth: usize) -> Result<bool, String> {
        let wrong = || "a condition is `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or a name";
        match &node.value {
            Value::Bool(value) => return Ok(*value),
            Value::Text(name) => return self.condition(name, depth),
            _ => {}
        }
        let [(key, argument)] = node.members() else { return Err(wrong().into()) };
        let items = argument.items();
        match (key.name.as_str(), items) {
            ("Condition", _) => {
                let name = text(argument).ok_or_else(wrong)?;
                self.condition(&name, depth)
            }
            ("Fn::Equals", [one, other]) => {
                let (mut one, mut other) = (one.clone(), other.clone());
                self.resolve(&mut one);
                self.resolve(&mut other);
                Ok(self.text(&one)? == self.text(&other)?)
            }
            ("Fn::Not", [item]) => Ok(!self.is_true(item, depth)?),
            ("Fn::And", [_, ..]) => {
                items.iter().try_fold(true, |all, item| Ok(all & self.is_true(item, depth)?))
            }
            ("Fn::Or", [_, ..]) => {
                items.iter().try_fold(false, |any, item| Ok(any | self.is_true(item, depth)?))
            }
            _ => Err(wrong().into()),
        }
    }

    fn apply(&mut self, name: &str, argument: &Node) -> Result<Value, String> {
        if let Value::Unresolved(reason) = &argument.value {
            return Err(reason.clone());
        }
        let items = argument.items();
        let wrong = |wanted: &str| format!("`{name}` needs {wanted}");
        let value = match (name, items) {
            ("Ref", _) => {
                let name = text(argument).ok_or_else(|| wrong("a name"))?;
                return self.reference(&name);
            }
            ("Fn::GetAtt", _) => {
                let joined;
                let path = match items {
                    [resource, attribute] => {
                        joined = format!("{}.{}", self.text(resource)?, self.text(attribute)?);
                        &joined
                    }
                    _ => &text(argument).ok_or_else(|| wrong("the form `Resource.Attribute`"))?,
                };
                self.attribute(path)?
            }
            ("Fn::Sub", [template, variables]) => {
                let template = self.text(template)?;
                self.substitute(&template, Some(variables))?
            }
            ("Fn::Sub", _) => {
                let template =
                    text(argument).ok_or_else(|| wrong("a text, or a list of a text and a map"))?;
                self.substitute(&template, None)?
            }
            ("Fn::Join", [separator, list]) => {
                let items = self.list(list)?;
                let texts: Result<Vec<_>, _> = items.iter().map(|item| self.text(item)).collect();
                texts?.join(&self.text(separator)?)
            }
            ("Fn::Split", [separator, whole]) => {
                let (separator, whole) = (self.text(separator)?, self.text(whole)?);
                if separator.is_empty() {
                    return Err(wrong("a separator that is not empty"));
                }
                let item =
                    |text: &str| Node { place: argument.place, value: Value::Text(text.into()) };
                self.work(whole.len())?;
                return Ok(Value::List(whole.split(&separator).map(item).collect()));
            }
            ("Fn::Select", [index, list]) => {
                let index = self.text(index)?.parse::<usize>().ok();
                let items = self.list(list)?;
                let found = index.and_then(|index| items.get(index));
                let found = found.ok_or_else(|| wrong("the index of an item of a list"))?;
                return Ok(found.value.clone());
            }
            ("Fn::If", [condition, yes, no]) => {
                let condition = self.text(condition)?;
                let chosen = if self.condition(&condition, 0)? { yes } else { no };
                return match &chosen.value {
                    Value::Unresolved(reason) => Err(reason.clone()),
                    value => Ok(value.clone()),
                };
            }
            ("Fn::FindInMap", [map, first, second, ..]) => {
                let (map, first, second) = (self.text(map)?, self.text(first)?, self.text(second)?);
                let mappings = self.template.get("Mappings").and_then(|it| it.get(&map));
                let found = mappings.and_then(|it| it.get(&first)).and_then(|it| it.get(&second));
                let missing = || format!("`Mappings` has no `{map}.{first}.{second}`");
                let found = found.ok_or_else(missing)?;
                self.work(count(found))?;
                return Ok(found.value.clone());
            }
            ("Fn::Join" | "Fn::Split" | "Fn::Select" | "Fn::If" | "Fn::FindInMap", _) => {
                return Err(format!("`{name}` has too few or too many arguments"));
            }
            _ => return Err(format!("`{name}` has no value here")),
        };
        self.bytes += value.len();
        if self.bytes > MAX_TEXT {
            return Err("the texts that functions make have more than 16 MiB".into());
        }
        Ok(Value::Text(value))
    }

    fn list<'l>(&self, node: &'l Node) -> Result<&'l [Node], String> {
        match &node.value {
            Value::Unresolved(reason) => Err(reason.clone()),
            Value::List(items) => Ok(items),
            value => Err(format!("{} is not a list, which the function needs", value.kind())),
        }
    }

    fn text(&self, node: &Node) -> Result<String, String> {
        match &node.value {
            Value::Unresolved(reason) => Err(reason.clone()),
            value => {
                let wrong = || format!("{} is not text, which the function needs", value.kind());
                text(node).ok_or_else(wrong)
            }
        }
    }

    /// The value of a name.
    fn reference(&mut self, name: &str) -> Result<Value, String> {
        let text = match name {
            "AWS::AccountId" => ACCOUNT,
            "AWS::NoValue" => return Ok(Value::Null),
            "AWS::Partition" => "aws",
            "AWS::Region" => &self.region,
            "AWS::StackName" => &self.name,
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::StackId" => {
                let (region, name) = (&self.region, &self.name);
                let arn = format!("arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{name}/local");
                return Ok(Value::Text(arn));
            }
            "AWS::NotificationARNs" => {
                return Err("`AWS::NotificationARNs` has no value here".into());
            }
            _ => return self.parameter(name),
        };
        Ok(Value::Text(text.into()))
    }

    /// The default of a parameter, or the name of a resource.
    fn parameter(&mut self, name: &str) -> Result<Value, String> {
        let Some(parameter) = self.template.get("Parameters").and_then(|it| it.get(name)) else {
            self.check_resource(name)?;
            return Ok(Value::Text(name.into()));
        };
        let kind = parameter.get("Type").and_then(text).unwrap_or_default();
        if kind.starts_with("AWS::SSM::") {
            return Err(format!("the parameter `{name}` is in the Parameter Store of an account"));
        }
        let default = parameter.get("Default");
        let default = default.and_then(text).ok_or_else(|| {
            format!(
                "the parameter `{name}` has no `Default`: give it a value with --param {name}=VALUE"
            )
        })?;
        if kind != "CommaDelimitedList" && !kind.starts_with("List<") {
            return Ok(Value::Text(default));
        }
        let item =
            |text: &str| Node { place: parameter.place, value: Value::Text(text.trim().into()) };
        self.work(default.len())?;
        Ok(Value::List(default.split(',').map(item).collect()))
    }

    /// The attribute of a resource: the ARN of a function; otherwise its own path stands for it.
    fn attribute(&mut self, path: &str) -> Result<String, String> {
        let (resource, attribute) = path.split_once('.').ok_or_else(|| {
            format!("`Fn::GetAtt` has the form `Resource.Attribute`, not `{path}`")
        })?;
        self.check_resource(resource)?;
        let kind = self.resource(resource).and_then(|it| it.get("Type")).and_then(text);
        let is_function = kind.is_some_and(|kind| kind.ends_with("::Function"));
        if is_function && attribute == "Arn" {
            return Ok(format!("arn:aws:lambda:{}:{ACCOUNT}:function:{resource}", self.region));
        }
        Ok(path.into())
    }

    fn resource(&self, name: &str) -> Option<&'n Node> {
        self.template.get("Resources").and_then(|it| it.get(name))
    }

    /// Whether a resource exists: of the file, or one that the transformation makes of one.
    fn check_resource(&mut self, name: &str) -> Result<(), String> {
        const MADE: &[&str] =
            &["ServerlessRestApi", "ServerlessHttpApi", "ServerlessDeploymentBucket"];
        // `CatsRole` and `CatsUrl` are made of the function `Cats`.
        let is_made = name
            .char_indices()
            .skip(1)
            .take(MAX_NAME)
            .any(|(at, next)| !next.is_lowercase() && self.resources.contains(&name[..at]));
        if !self.is_whole
            || is_made
            || self.resources.contains(name)
            || MADE.iter().any(|made| name.starts_with(made))
        {
            return Ok(());
        }
        let parameters = self.template.get("Parameters").map(Node::members).unwrap_or_default();
        let resources = self.template.get("Resources").map(Node::members).unwrap_or_default();
        let known = resources.iter().chain(parameters);
        let hint = self.hint(name, known.map(|(key, _)| key.name.as_str()));
        Err(format!("the template has no resource or parameter `{name}`{hint}"))
    }

    /// The end of a message: which of the known names was meant.
    fn hint<'k>(&mut self, name: &str, known: impl Iterator<Item = &'k str>) -> String {
        self.hints += 1;
        hint(if self.hints > MAX_HINTS { None } else { suggest(name, known) })
    }

    /// Replaces `${Name}`, `${Resource.Attribute}` and `${!Literal}`.
    fn substitute(&mut self, template: &str, variables: Option<&Node>) -> Result<String, String> {
        let mut result = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) =
                after.split_once('}').ok_or_else(|| "`${` has no `}`".to_owned())?;
            result += before;
            rest = after;
            let name = name.trim();
            if let Some(literal) = name.strip_prefix('!') {
                result += &format!("${{{literal}}}");
            } else if let Some(value) = variables.and_then(|it| it.get(name)) {
                result += &self.text(value)?;
            } else if name.contains('.') {
                result += &self.attribute(name)?;
            } else {
                let value = self.reference(name)?;
                result += &self.text(&Node { place: Place::default(), value })?;
            }
            self.work(1)?;
            if result.len() > MAX_TEXT {
                return Err("the text has more than 16 MiB".into());
            }
        }
        Ok(result + rest)
    }

    fn work(&mut self, work: usize) -> Result<(), String> {
        self.work += work;
        if self.work > MAX_NODES {
            return Err("functions refer to more than 100000 values".into());
        }
        Ok(())
    }
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; is it `{near}`?")).unwrap_or_default()
}

/// The function that a value calls, and its argument.
fn call(node: &Node) -> Option<(String, &Node)> {
    let [(key, argument)] = node.members() else { return None };
    (key.name == "Ref" || key.name.starts_with("Fn::")).then(|| (key.name.clone(), argument))
}

/// Reports the functions that do not exist.
pub(super) fn check(node: &Node, problems: &mut Vec<Problem>) {
    let is_known = |name: &str| {
        KNOWN.contains(&name)
            || WITHOUT_VALUE.contains(&name)
            // It has a name of the user's own in it.
            || name.starts_with("Fn::ForEach::")
    };
    for (key, value) in node.members() {
        if let Some(name) = key.name.strip_prefix("Fn::")
            && !is_known(&key.name)
        {
            // As tags call them: `!Sub`.
            let known = KNOWN.iter().chain(WITHOUT_VALUE);
            let near = suggest(name, known.map(|it| it.strip_prefix("Fn::").unwrap_or(it)));
            let message = format!("there is no function `{name}`{}", hint(near));
            problems.push(Problem::error(key.place, message));
        }
        check(value, problems);
    }
    node.items().iter().for_each(|item| check(item, problems));
}
