//! `breachdesk`: see `breachdesk help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
