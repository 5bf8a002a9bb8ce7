//! `apigw dev`: the functions of a `serverless.yml` or a SAM template, served over HTTP.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anstyle::Style;
use apigw_gateway::config::{AwsGateway, Config, Problem, Route, Settings};
use apigw_gateway::{Exchange, Gateway, Notice, Observer, Options};
use apigw_input::describe;
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::args;
use crate::config::problems;
use crate::lines::Lines;
use crate::record::Record;
use crate::signals::Signals;
use crate::text::{Palette, Printable, plural};

/// How long the last lines may take to be written.
pub(crate) const LAST_LINES: Duration = Duration::from_secs(1);

/// Whether the gateway could start.
pub(crate) fn run(arguments: &args::Dev) -> io::Result<bool> {
    let complaints = Palette::of(&io::stderr());
    let file = crate::config::file(arguments.file.as_deref());
    let settings = Settings::from(&arguments.settings);
    let config = match settings.read(&file) {
        Ok(config) => config,
        Err(faults) => {
            complain(&problems(&file, &faults, complaints));
            return Ok(false);
        }
    };
    complain(&problems(&file, &config.warnings, complaints));
    for (name, _) in &arguments.start {
        if config.function(name).is_none() {
            let names: Vec<&str> = config.functions.iter().map(|it| it.name.as_str()).collect();
            let names = names.join(", ");
            complain(&format!("apigw: there is no function {}: {names}\n", Printable(name)));
            return Ok(false);
        }
    }
    let options = Options {
        listen: (arguments.host, arguments.port).into(),
        instances: arguments.concurrency.into(),
        attach: arguments.attach,
        commands: arguments.start.iter().cloned().collect(),
        node_runtime: arguments.node.node_runtime.clone(),
        watch: !arguments.no_watch,
        file: Some(file.clone()),
        settings,
        watch_more: match globs(&arguments.watch) {
            Ok(globs) => globs,
            Err(error) => {
                complain(&format!("apigw: {}\n", Printable(&error.to_string())));
                return Ok(false);
            }
        },
        watch_never: arguments.record.iter().cloned().collect(),
        allow_hosts: arguments.allow_host.clone(),
        allow_any_origin: arguments.allow_any_origin,
        ..Options::default()
    };
    let unstartable = Gateway::unstartable(&config, &options);
    if !unstartable.is_empty() {
        for (function, reason) in unstartable {
            complain(&format!("apigw: {}: {}\n", Printable(&function.name), Printable(&reason)));
        }
        return Ok(false);
    }
    let record = match arguments.record.as_deref().map(Record::open).transpose() {
        Ok(opened) => opened.map(|(record, mended)| {
            mended.iter().for_each(|what| complain(&format!("apigw: {what}\n")));
            Mutex::new(record)
        }),
        Err(reason) => {
            complain(&format!("apigw: {reason}\n"));
            return Ok(false);
        }
    };
    let (palette, complaints) = (Palette::of(&io::stdout()), complaints);
    let (out, err) = (Lines::new(io::stdout)?, Lines::new(io::stderr)?);
    let (log_out, log_err) = (out.clone(), err.clone());
    let log = Arc::new(Log { palette, complaints, out: log_out, err: log_err, record, file });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(serve(config, options, Arc::clone(&log)));
    log.report_loss();
    out.finish(LAST_LINES);
    err.finish(LAST_LINES);
    outcome
}

fn globs(globs: &[Glob]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    globs.iter().for_each(|glob| {
        set.add(glob.clone());
    });
    set.build()
}

async fn serve(config: Config, options: Options, log: Arc<Log>) -> io::Result<bool> {
    let routes = config.routes.clone();
    let functions = config.functions.clone();
    let is_attached = options.attach.is_some();
    let mut signals = Signals::new()?;
    let Palette { title, faint, .. } = log.palette;
    let out = log.out.clone();
    let gateway = match Gateway::start(config, options, log).await {
        Ok(gateway) => gateway,
        Err(error) => {
            complain(&format!("apigw: {}\n", describe(&error)));
            return Ok(false);
        }
    };
    let mut lines = String::new();
    for route in &routes {
        let Route { method, function: name, websocket, .. } = route;
        let Some(function) = functions.iter().find(|function| function.name == *name) else {
            continue;
        };
        lines += &format!(
            "{title}{method} {}://{}{title:#} -> {} ({}, {})\n",
            if websocket.is_some() || is_aws_socket(route) { "ws" } else { "http" },
            Printable(&route.url(gateway.address)),
            Printable(name),
            Printable(&function.runtime),
            Printable(&function.handler),
        );
    }
    for (name, port) in gateway.runtimes.iter().filter(|_| is_attached) {
        lines += &format!(
            "{faint}{} asks for events with SCF_RUNTIME_API=127.0.0.1 \
             SCF_RUNTIME_API_PORT={port}{faint:#}\n",
            Printable(name)
        );
    }
    if routes.iter().any(|route| route.websocket.is_some()) {
        lines += &format!("{faint}messages to clients: {}{faint:#}\n", gateway.push_url);
    }
    if routes.iter().any(is_aws_socket) {
        let address = gateway.address;
        lines +=
            &format!("{faint}messages to clients: http://{address}/@connections/ID{faint:#}\n");
    }
    lines +=
        &format!("{faint}requests and responses: http://{}/_apigw{faint:#}\n", gateway.address);
    out.add(&lines);
    signals.wait().await;
    gateway.stop().await;
    Ok(true)
}

/// Whether it is a route of a WebSocket API of AWS.
fn is_aws_socket(route: &Route) -> bool {
    route.aws.as_ref().is_some_and(|aws| aws.gateway == AwsGateway::WebSocketApi)
}

/// Writes what happens to the terminal.
struct Log {
    palette: Palette,
    complaints: Palette,
    out: Lines,
    err: Lines,
    /// Events are written to its end.
    record: Option<Mutex<Record>>,
    /// The file with the triggers.
    file: PathBuf,
}

impl Log {
    /// Says how many events are missing in the record at the end.
    fn report_loss(&self) {
        let record = self.record.as_ref();
        let record = record.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(loss) = record.and_then(|mut record| record.loss()) {
            self.err.add(&format!("apigw: {loss}\n"));
        }
    }
}

impl Observer for Log {
    fn exchange(&self, exchange: &Arc<Exchange>) {
        if let Some(record) = self.record.as_ref().filter(|_| !exchange.event.is_empty()) {
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(loss) = record.append(&exchange.event) {
                self.err.add(&format!("apigw: {loss}\n"));
            }
        }
        let Palette { label, faint, bad, good, .. } = self.palette;
        let Exchange { time, method, target, status, length, took, .. } = &**exchange;
        let style = match status {
            200..=399 => good,
            400..=499 => label,
            _ => bad,
        };
        let mut line = format!(
            "{faint}{}{faint:#} {style}{status}{style:#} {} {} {}",
            clock(*time),
            Printable(method),
            Printable(target),
            millis(*took),
        );
        if let (Some(function), Some(took)) = (&exchange.function, exchange.function_took) {
            line += &format!(" {faint}({} {}){faint:#}", Printable(function), millis(took));
        }
        line += &format!(" {length} B");
        if let Some(note) = &exchange.note {
            let style = if *status < 400 { Style::new() } else { bad };
            line += &format!(" {style}{}{style:#}", Printable(note));
        }
        line.push('\n');
        self.out.add(&line);
    }

    fn notice(&self, function: &str, notice: Notice<'_>) {
        let Palette { label, bad, .. } = self.complaints;
        let function = Printable(function);
        let text =
            |text: &str| format!("{label}{function}{label:#}: {bad}{}{bad:#}\n", Printable(text));
        self.err.add(&match notice {
            Notice::Output(line, _) => {
                format!("{label}{function}{label:#} | {}\n", Printable(line))
            }
            Notice::Crashed(how) => text(&format!("{how}; it is started again")),
            Notice::NotStarted(why) => text(&format!("does not start: {why}")),
            Notice::TimedOut => text("took too long; it is started again"),
            Notice::Changed(path) => format!(
                "{label}{function}{label:#}: {} has changed, it is started again\n",
                Printable(&path.to_string_lossy())
            ),
            Notice::Loop(path) => text(&format!(
                "{} changes while it is at work after each restart, and does not count for now: if \
                 the function writes it, name it in .gitignore",
                path.display()
            )),
        });
    }

    fn configured(&self, outcome: Result<&Config, &[Problem]>) {
        let found = match outcome {
            Ok(config) => config.warnings.as_slice(),
            Err(faults) => faults,
        };
        self.err.add(&problems(&self.file, found, self.complaints));
        let file = self.file.to_string_lossy();
        let file = Printable(&file);
        self.err.add(&match outcome {
            Ok(config) => {
                let routes = plural(config.routes.len() as u64, "route");
                format!("apigw: {file} has changed: {routes} from now on\n")
            }
            Err(_) => format!("apigw: {file} has errors: routes stay as they are\n"),
        });
    }
}

pub(crate) fn complain(text: &str) {
    // There is nowhere to report that standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The time of day, in UTC.
fn clock(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since.as_secs() % 86_400, since.subsec_millis());
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
