//! `apigw config`: the triggers of a `serverless.yml` or a SAM template.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use apigw_gateway::config::{Config, Problem, Route, Settings};
use serde::Serialize;

use crate::args;
use crate::text::{self, Palette, Printable, plural};

/// Whether the file is right.
pub(crate) fn run(command: &args::Config) -> io::Result<bool> {
    match command {
        args::Config::Check(arguments) => check(arguments),
        args::Config::Show(arguments) => {
            show(&file(arguments.file.as_deref()), &(&arguments.settings).into())
        }
    }
}

/// The file that a command reads: the first of these that exists, if none is given.
pub(crate) fn file(given: Option<&Path>) -> PathBuf {
    const USUAL: [&str; 4] = ["serverless.yml", "serverless.yaml", "template.yaml", "template.yml"];
    let found = USUAL.into_iter().map(Path::new).find(|path| path.exists());
    given.or(found).unwrap_or(Path::new(USUAL[0])).to_owned()
}

/// Reads a file, or standard input for `-`.
fn read(path: &Path, settings: &Settings) -> Result<Config, Vec<Problem>> {
    if path == Path::new("-") {
        return settings.read_from(io::stdin(), Path::new("."));
    }
    settings.read(path)
}

/// How messages call a file.
fn name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".into() } else { path.to_string_lossy().into_owned() }
}

fn check(arguments: &args::ConfigCheck) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    let default = [file(None)];
    let files = if arguments.files.is_empty() { &default[..] } else { &arguments.files };
    let settings = Settings::from(&arguments.settings);
    let mut all_well = true;
    for file in files {
        let (faults, counts) = match read(file, &settings) {
            Ok(config) => {
                let counts = (config.functions.len(), config.routes.len());
                let unrunnable = config.unrunnable.into_iter().map(|(_, problem)| problem);
                (config.warnings.into_iter().chain(unrunnable).collect(), counts)
            }
            Err(faults) => (faults, (0, 0)),
        };
        let is_well = faults.iter().all(|problem| problem.is_warning);
        all_well &= is_well;
        let lines = if arguments.json {
            faults.iter().map(|problem| Fault::new(&name(file), problem).line()).collect()
        } else {
            let mut lines = problems(file, &faults, palette);
            if is_well {
                let functions = plural(counts.0 as u64, "function");
                let routes = plural(counts.1 as u64, "route");
                let name = name(file);
                // Writing to a string cannot fail.
                let _ = writeln!(lines, "{}: ok, {functions}, {routes}", Printable(&name));
            }
            lines
        };
        text::print(lines.as_bytes())?;
    }
    Ok(all_well)
}

/// A problem as JSON.
#[derive(Serialize)]
struct Fault<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    severity: &'static str,
    message: &'a str,
}

impl<'a> Fault<'a> {
    fn new(file: &'a str, problem: &'a Problem) -> Fault<'a> {
        Fault {
            file,
            line: problem.place.line,
            column: problem.place.column,
            severity: if problem.is_warning { "warning" } else { "error" },
            message: &problem.message,
        }
    }

    fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// A line for each problem.
pub(crate) fn problems(file: &Path, problems: &[Problem], palette: Palette) -> String {
    let Palette { place, bad, .. } = palette;
    let file = name(file);
    let mut lines = String::new();
    for problem in problems {
        let style = if problem.is_warning { Default::default() } else { bad };
        let problem = problem.to_string();
        let (at, message) = problem.split_once(": ").unwrap_or(("", &problem));
        let (file, message) = (Printable(&file), Printable(message));
        let _ = writeln!(lines, "{place}{file}:{at}{place:#}: {style}{message}{style:#}");
    }
    lines
}

fn show(file: &Path, settings: &Settings) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    let config = match read(file, settings) {
        Ok(config) => config,
        Err(faults) => {
            text::print(problems(file, &faults, palette).as_bytes())?;
            return Ok(false);
        }
    };
    let Palette { title, label, .. } = palette;
    let mut lines = String::new();
    for function in &config.functions {
        let _ = writeln!(
            lines,
            "{title}{}{title:#}  {label}runtime{label:#} {}  {label}handler{label:#} {}  \
             {label}folder{label:#} {}  {label}timeout{label:#} {} s  {label}memory{label:#} {} MB",
            Printable(&function.name),
            Printable(&function.runtime),
            Printable(&function.handler),
            Printable(&function.folder.to_string_lossy()),
            function.timeout.as_secs(),
            function.memory,
        );
        for route in config.routes.iter().filter(|route| route.function == function.name) {
            let _ = writeln!(lines, "  {}", Printable(&describe(route)));
        }
    }
    text::print(lines.as_bytes())?;
    Ok(true)
}

/// A route in one line.
fn describe(route: &Route) -> String {
    let mut line = format!("{} {}", route.method, route.url_path());
    match (&route.aws, &route.websocket) {
        (Some(aws), _) => {
            let _ = write!(line, ", {}", aws.gateway.name());
        }
        (None, Some(_)) => line += ", WebSocket",
        (None, None) if route.is_integrated => line += ", integrated response",
        (None, None) => line += ", passed through",
    }
    for (what, name) in
        route.websocket.iter().flat_map(|it| [("register", &it.register), ("cleanup", &it.cleanup)])
    {
        if *name != route.function {
            let _ = write!(line, ", {what} {name}");
        }
    }
    let _ = write!(line, ", timeout {} s", route.timeout.as_secs());
    if route.has_cors || route.aws.as_ref().is_some_and(|aws| aws.cors.is_some()) {
        line += ", CORS";
    }
    if let Some(aws) = route.aws.as_ref().filter(|aws| !aws.binary_types.is_empty()) {
        let _ = write!(line, ", binary {}", aws.binary_types.join(" "));
    }
    match &route.base64 {
        apigw_gateway::config::Base64::Never => {}
        apigw_gateway::config::Base64::Always => line += ", bodies in base64",
        apigw_gateway::config::Base64::Rules(_) => line += ", some bodies in base64",
    }
    for parameter in &route.parameters {
        let is_required = if parameter.is_required { " required" } else { "" };
        let _ = write!(line, ", parameter {}{is_required}", parameter.name);
    }
    line
}
