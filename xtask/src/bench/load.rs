//! Load from `wrk`.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command;

/// How a site answered under load.
#[derive(Debug, PartialEq)]
pub(super) struct Load {
    pub(super) median: Duration,
    pub(super) a_second: f64,
}

/// Asks for one address over kept connections for some seconds, after one second to warm up.
///
/// # Errors
/// When any answer was an error.
pub(super) fn load(url: &str, cookie: Option<&str>, connections: u32, seconds: u64) -> Result<Load> {
    wrk(url, cookie, connections, 1)?;
    parse(&wrk(url, cookie, connections, seconds)?).with_context(|| format!("{url} could not be measured"))
}

fn wrk(url: &str, cookie: Option<&str>, connections: u32, seconds: u64) -> Result<String> {
    let threads = connections.min(2);
    let mut command = Command::new("wrk");
    command
        .arg(format!("-t{threads}"))
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"))
        .arg("--latency");
    if let Some(cookie) = cookie {
        command.arg("-H").arg(format!("Cookie: {cookie}"));
    }
    command::read(command.arg(url))
}

fn parse(report: &str) -> Result<Load> {
    for line in report.lines().map(str::trim) {
        if line.starts_with("Non-2xx") || line.starts_with("Socket errors") {
            bail!("{line}");
        }
    }
    let after = |word: &str| report.lines().find_map(|l| l.trim().strip_prefix(word)).map(str::trim);
    let median = after("50%").and_then(duration).context("wrk told no median")?;
    let a_second = after("Requests/sec:").and_then(|n| n.parse().ok()).context("wrk told no rate")?;
    Ok(Load { median, a_second })
}

/// `1.23ms`, `456.00us`, `1.02s`.
fn duration(text: &str) -> Option<Duration> {
    let (number, scale) = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0)]
        .into_iter()
        .find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale)))?;
    Some(Duration::from_secs_f64(number.parse::<f64>().ok()? * scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 5s test @ http://127.0.0.1:1/\n  1 threads and 1 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency     1.30ms  100.00us   3.00ms   80.00%\n  Latency Distribution\n     50%    1.25ms\n     75%    1.40ms\n  3844 requests in 5.00s, 90.10MB read\nRequests/sec:    768.80\nTransfer/sec:     18.02MB\n";

    #[test]
    fn a_report_is_read() {
        let load = parse(REPORT).unwrap();
        assert_eq!(load, Load { median: Duration::from_micros(1_250), a_second: 768.8 });
    }

    #[test]
    fn errors_are_no_measurement() {
        assert!(parse(&format!("{REPORT}Non-2xx or 3xx responses: 3844\n")).is_err());
        assert!(parse("  Socket errors: connect 0, read 3, write 0, timeout 0\n").is_err());
        assert!(parse("").is_err());
    }
}
