//! Reading a new password: from the terminal without showing it, or from stdin's first line.

use std::io::{self, BufRead, IsTerminal};

use rustix::termios::{LocalModes, OptionalActions};

use super::codes::NO_PASSWORD;
use super::{exit, say};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::control::Password;

/// Asks for a new password. Whether it is good enough is for the office to say.
///
/// # Errors
/// The exit code, after the reason was told.
pub(super) fn ask_new() -> Result<Password, u8> {
    read().map(Password).map_err(|error| {
        say::trouble(Fault::new(&NO_PASSWORD, error.to_string()));
        exit::USAGE
    })
}

fn read() -> io::Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return first_line(stdin.lock());
    }
    let first = hidden("Sandi baru: ")?;
    if first != hidden("Sekali lagi: ")? {
        return Err(io::Error::other("kedua sandi tidak sama"));
    }
    Ok(first)
}

/// Longer input is no password but a mistake.
fn first_line(input: impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    let most = 4 * limits::PASSWORD_CHARS_MAX as u64 + 2;
    input.take(most).read_line(&mut line)?;
    let secret = line.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(io::Error::other("stdin kosong"));
    }
    Ok(secret.to_owned())
}

/// A line from the terminal, not shown while it is typed.
fn hidden(question: &str) -> io::Result<String> {
    let stdin = io::stdin();
    let before = rustix::termios::tcgetattr(&stdin)?;
    let mut silent = before.clone();
    silent.local_modes -= LocalModes::ECHO;
    silent.local_modes |= LocalModes::ECHONL;
    say::question(question);
    rustix::termios::tcsetattr(&stdin, OptionalActions::Flush, &silent)?;
    let line = first_line(stdin.lock());
    rustix::termios::tcsetattr(&stdin, OptionalActions::Flush, &before)?;
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn only_the_first_line_of_stdin_counts() {
        let secret = first_line("tiga ekor kucing\r\nlain\n".as_bytes());
        assert_eq!(secret.expect("a line"), "tiga ekor kucing");
        assert!(first_line("\n".as_bytes()).is_err());
        assert!(first_line("".as_bytes()).is_err());
    }
}
