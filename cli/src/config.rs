//! `apigw config`: the triggers of a `serverless.yml`.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use apigw_gateway::config::{Config, Problem, Route};

use crate::args;
use crate::text::{self, Palette, Printable};

/// Whether the file is right.
pub(crate) fn run(command: &args::Config) -> io::Result<bool> {
    match command {
        args::Config::Check(arguments) => check(&arguments.file),
        args::Config::Show(arguments) => show(&arguments.file),
    }
}

fn check(file: &Path) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    match Config::read(file) {
        Ok(config) if !config.unrunnable.is_empty() => {
            let faults = config.unrunnable.into_iter().map(|(_, problem)| problem);
            let faults: Vec<Problem> = config.warnings.into_iter().chain(faults).collect();
            text::print(problems(file, &faults, palette).as_bytes())?;
            Ok(false)
        }
        Ok(config) => {
            let mut lines = problems(file, &config.warnings, palette);
            let (functions, routes) = (config.functions.len(), config.routes.len());
            let _ = writeln!(
                lines,
                "{}: ok, {functions} function{}, {routes} route{}",
                Printable(&file.to_string_lossy()),
                if functions == 1 { "" } else { "s" },
                if routes == 1 { "" } else { "s" },
            );
            text::print(lines.as_bytes())?;
            Ok(true)
        }
        Err(faults) => {
            text::print(problems(file, &faults, palette).as_bytes())?;
            Ok(false)
        }
    }
}

/// A line for each problem.
pub(crate) fn problems(file: &Path, problems: &[Problem], palette: Palette) -> String {
    let Palette { place, bad, .. } = palette;
    let file = file.to_string_lossy();
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

fn show(file: &Path) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    let config = match Config::read(file) {
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
            "{title}{}{title:#}  {label}runtime{label:#} {}  {label}handler{label:#} {}  {label}folder{label:#} {}  \
             {label}timeout{label:#} {} s  {label}memory{label:#} {} MB",
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
    let mut line = format!("{} /{}{}", route.method, route.stage, route.path);
    line += match &route.websocket {
        Some(_) => ", WebSocket",
        None if route.is_integrated => ", integrated response",
        None => ", passed through",
    };
    for (what, name) in
        route.websocket.iter().flat_map(|it| [("register", &it.register), ("cleanup", &it.cleanup)])
    {
        if *name != route.function {
            let _ = write!(line, ", {what} {name}");
        }
    }
    let _ = write!(line, ", timeout {} s", route.timeout.as_secs());
    if route.has_cors {
        line += ", CORS";
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
