//! A keeper for the tests of the gateway, which are not the program that is one otherwise.

fn main() -> std::process::ExitCode {
    apigw_gateway::keeper::run().unwrap_or(std::process::ExitCode::FAILURE)
}
