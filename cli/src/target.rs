//! Where events are sent: to a server, or to a function that is started for them.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use apigw::{Decoder, Dialect, ResponseRules};
use apigw_gateway::config::{Config, Platform, Problem, Route, Settings};
use apigw_gateway::{Client, ClientLimits, Exchange, Gateway, Notice, Observer, Options};
use apigw_input::describe;

use crate::args;
use crate::config::problems;
use crate::lines::Lines;
use crate::text::{Palette, Printable};

/// Where events are sent.
pub(crate) enum Target {
    Server(Client),
    Function { gateway: Gateway, name: String, rules: Rules },
}

/// How the output of a function is read.
#[derive(Clone, Copy)]
pub(crate) enum Rules {
    Fixed(ResponseRules),
    /// By the rules of the gateway that made the event.
    OfEvent,
}

impl Rules {
    /// The rules for what a function returns for an event.
    pub(crate) fn of(self, decoder: &mut Decoder, event: &[u8]) -> ResponseRules {
        match self {
            Rules::Fixed(rules) => rules,
            Rules::OfEvent => match decoder.decode(event).map(|event| event.dialect()) {
                Ok(Dialect::Unknown) | Err(_) => ResponseRules::AwsHttpApi,
                Ok(dialect) => dialect.response_rules().unwrap_or(ResponseRules::AwsHttpApi),
            },
        }
    }
}

impl Target {
    /// Starts `instances` processes of a function, or prepares to connect to a server. Without a
    /// URL and the name of a function, the function is the only one of the file.
    pub(crate) async fn new(
        arguments: &args::Target,
        instances: usize,
        shows_output: bool,
        err: &Lines,
    ) -> Result<Target, String> {
        if let Some(url) = &arguments.url {
            let limits = ClientLimits {
                connect: Duration::from_secs(arguments.connect_timeout.into()),
                read: Duration::from_secs(arguments.read_timeout.into()),
                total: Duration::from_secs(arguments.total_timeout.into()),
                body: arguments.max_response,
            };
            return Client::new(url, limits)
                .map(Target::Server)
                .map_err(|reason| format!("apigw: {}\n", Printable(&reason)));
        }
        let palette = Palette::of(&io::stderr());
        let file = crate::config::file(arguments.config.as_deref());
        let settings = Settings::from(&arguments.settings);
        let config = settings.read(&file).map_err(|faults| problems(&file, &faults, palette))?;
        let function = match (&arguments.function, &config.functions[..]) {
            (Some(name), _) => config.function(name),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let Some(function) = function.cloned() else {
            let names: Vec<&str> = config.functions.iter().map(|it| it.name.as_str()).collect();
            let names = names.join(", ");
            return Err(match &arguments.function {
                Some(name) => {
                    format!("apigw: there is no function {}: {names}\n", Printable(name))
                }
                None => format!("apigw: name one of the functions with --function: {names}\n"),
            });
        };
        let name = function.name.clone();
        // The replies to WebSocket messages are not read by anybody.
        let takes_anything = |route: &Route| !route.is_integrated || route.websocket.is_some();
        let is_passed_through =
            config.routes.iter().any(|route| route.function == name && takes_anything(route));
        let rules = match function.platform {
            Platform::Aws => Rules::OfEvent,
            Platform::Tencent if is_passed_through => Rules::Fixed(ResponseRules::PassThrough),
            Platform::Tencent => Rules::Fixed(ResponseRules::Gateway),
        };
        let command = arguments.start.iter().map(|command| (name.clone(), command.clone()));
        let options = Options {
            instances,
            commands: command.collect::<HashMap<_, _>>(),
            node_runtime: arguments.node.node_runtime.clone(),
            watch: false,
            ..Options::default()
        };
        let config = Config { functions: vec![function], ..Config::default() };
        let observer = Arc::new(Complaints { palette, err: err.clone(), shows_output });
        let gateway = Gateway::start(config, options, observer).await;
        let gateway = gateway.map_err(|error| format!("apigw: {}\n", describe(&error)))?;
        Ok(Target::Function { gateway, name, rules })
    }
}

/// Shows what goes wrong with a function, and what it prints if that is asked for.
struct Complaints {
    palette: Palette,
    err: Lines,
    shows_output: bool,
}

impl Observer for Complaints {
    fn exchange(&self, _: &Arc<Exchange>) {}

    fn configured(&self, _: Result<&Config, &[Problem]>) {}

    fn notice(&self, function: &str, notice: Notice<'_>) {
        let Palette { bad, label, .. } = self.palette;
        let function = Printable(function);
        match notice {
            Notice::NotStarted(why) | Notice::Crashed(why) => {
                self.err.add(&format!("{function}: {bad}{}{bad:#}\n", Printable(why)));
            }
            Notice::Output(line, _) if self.shows_output => {
                self.err.add(&format!("{label}{function}{label:#} | {}\n", Printable(line)));
            }
            _ => {}
        }
    }
}
