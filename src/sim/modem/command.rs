//! One line from the host, taken apart: V.250 5.2 to 5.4.

/// What is wanted of a command's subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `+CSQ`
    Exec,
    /// `+CSQ=…`; for a basic command the digits behind it (`E0`), for `D` all that follows.
    Set(String),
    /// `+CSQ?`
    Read,
    /// `+CSQ=?`
    Test,
}

/// One command of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// `+CSQ`, `^CURC`, `E`, `&F`, `S0`, `D`; upper case.
    pub name: String,
    pub kind: Kind,
}

impl Command {
    /// The parameters of a set command, quotes removed; empty for all other kinds.
    pub fn args(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Set(text) => split_args(text).into_iter().map(unquoted).collect(),
            Kind::Exec | Kind::Read | Kind::Test => Vec::new(),
        }
    }

    /// Parameter `index` as a number.
    pub fn number(&self, index: usize) -> Option<u32> {
        self.args().get(index)?.trim().parse().ok()
    }
}

/// The commands of a line; `None` if it is not for a modem (no `AT`). Whatever stands before `AT`
/// is line noise.
pub fn parse(line: &[u8]) -> Option<Vec<Command>> {
    let start = line
        .windows(2)
        .position(|pair| pair.eq_ignore_ascii_case(b"AT"))?;
    let text: String = line[start + 2..].iter().map(|&b| char::from(b)).collect();
    let mut rest = text.trim();
    let mut commands = Vec::new();
    while !rest.is_empty() {
        let (command, after) = one(rest);
        commands.push(command);
        rest = after.trim_start_matches([';', ' ']);
    }
    Some(commands)
}

fn one(text: &str) -> (Command, &str) {
    if text.starts_with(['+', '^', '$', '*', '#', '-', '%', '_', '!']) {
        return extended(text);
    }
    let name_len = basic_name_len(text);
    let (name, rest) = text.split_at(name_len);
    let name = name.to_ascii_uppercase();
    if name == "D" {
        let kind = Kind::Set(rest.to_owned());
        return (Command { name, kind }, "");
    }
    if let Some(after) = rest.strip_prefix('?') {
        return (
            Command {
                name,
                kind: Kind::Read,
            },
            after,
        );
    }
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (value, after) = rest.split_at(digits);
    let kind = if value.is_empty() {
        Kind::Exec
    } else {
        Kind::Set(value.to_owned())
    };
    (Command { name, kind }, after)
}

/// `E`, `&F`, `\N`, `S12`.
fn basic_name_len(text: &str) -> usize {
    let mut letters = text.char_indices();
    let Some((_, first)) = letters.next() else {
        return 0;
    };
    match first {
        '&' | '\\' => text.char_indices().nth(2).map_or(text.len(), |(at, _)| at),
        'S' | 's' => 1 + text[1..].bytes().take_while(u8::is_ascii_digit).count(),
        other => other.len_utf8(),
    }
}

fn extended(text: &str) -> (Command, &str) {
    let end = text.find(['=', '?', ';']).unwrap_or(text.len());
    let name = text[..end].trim_end().to_ascii_uppercase();
    let rest = &text[end..];
    if let Some(after) = rest.strip_prefix("=?") {
        return (
            Command {
                name,
                kind: Kind::Test,
            },
            after,
        );
    }
    if let Some(after) = rest.strip_prefix('?') {
        return (
            Command {
                name,
                kind: Kind::Read,
            },
            after,
        );
    }
    if let Some(value) = rest.strip_prefix('=') {
        let end = unquoted_semicolon(value);
        let kind = Kind::Set(value[..end].trim().to_owned());
        return (Command { name, kind }, &value[end..]);
    }
    (
        Command {
            name,
            kind: Kind::Exec,
        },
        rest,
    )
}

fn unquoted_semicolon(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// Splits at commas outside quotes and outside brackets or parentheses.
pub fn split_args(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quoted, mut depth) = (Vec::new(), 0, false, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn names(line: &str) -> Vec<String> {
        parse(line.as_bytes())
            .unwrap()
            .into_iter()
            .map(|c| match c.kind {
                Kind::Exec => c.name,
                Kind::Set(value) => format!("{}={value}", c.name),
                Kind::Read => format!("{}?", c.name),
                Kind::Test => format!("{}=?", c.name),
            })
            .collect()
    }

    #[test]
    fn one_line_may_carry_several_commands() {
        assert_eq!(names("ATE0Q0V1"), ["E=0", "Q=0", "V=1"]);
        assert_eq!(names("AT&F&C1S0=0"), ["&F", "&C=1", "S0=0"]);
        assert_eq!(
            names("AT+QPCMV=0;+QPCMV=1,2;A"),
            ["+QPCMV=0", "+QPCMV=1,2", "A"]
        );
        assert_eq!(
            names("AT-SCID=1;+VCID=1;-STE=3"),
            ["-SCID=1", "+VCID=1", "-STE=3"]
        );
        assert_eq!(names("at+csq?"), ["+CSQ?"]);
        assert_eq!(names("AT+VSM=?"), ["+VSM=?"]);
        assert_eq!(names("ATD+6284001010014;"), ["D=+6284001010014;"]);
        assert_eq!(names("AT"), Vec::<String>::new());
    }

    #[test]
    fn noise_before_a_command_is_skipped_and_a_line_without_one_is_nobodys() {
        assert_eq!(names("\u{1b}\0AT+CSQ"), ["+CSQ"]);
        assert_eq!(parse(b"halo"), None);
    }

    #[test]
    fn quotes_and_brackets_keep_their_commas() {
        let command = parse(b"AT+CUSD=1,\"*88,8#\",15").unwrap().remove(0);
        assert_eq!(command.args(), ["1", "*88,8#", "15"]);
        assert_eq!(split_args("[900,900,120],1"), ["[900,900,120]", "1"]);
    }
}
