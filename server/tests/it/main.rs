//! The whole site, asked over HTTP as a browser, a program or an operator asks it.

#![expect(unreachable_pub, reason = "what is public in a test binary is public to its other modules")]

#[cfg(test)]
mod browser;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod playbooks;
#[cfg(test)]
mod register;
#[cfg(test)]
mod severity;
#[cfg(test)]
mod support;
