//! Canonical JSON: sorted keys, no spaces, no floating point; what `jq -cS` prints.
//!
//! Written by hand rather than by `serde_json`, because two builds must not differ by a feature
//! (`preserve_order`) that some other crate turned on, and because `jq` escapes DEL.

use serde_json::Value;

/// Appends `value` in canonical form.
///
/// A floating-point number is written as `null`: facts have none, and [`is_canonical`] finds one
/// in a foreign line because the result differs from it.
pub fn write(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) if number.is_f64() => out.push_str("null"),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (at, (key, item)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write(out, item);
            }
            out.push('}');
        }
    }
}

/// Appends a string with its quotes.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    // Copies the stretches between characters that need an escape, which are rare.
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' && byte != DELETE {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            BACKSPACE => out.push_str("\\b"),
            FORM_FEED => out.push_str("\\f"),
            other => out.push_str(&format!("\\u{other:04x}")),
        }
    }
    out.push_str(&text[copied..]);
    out.push('"');
}

/// Whether `line` is JSON in canonical form.
pub fn is_canonical(line: &str) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return false;
    };
    let mut again = String::with_capacity(line.len());
    write(&mut again, &value);
    again == line
}

const BACKSPACE: u8 = 0x08;
const FORM_FEED: u8 = 0x0C;
const DELETE: u8 = 0x7F;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = serde_json::from_str(r#"{ "b": [1, {"z":0,"a":-2}], "a": null }"#).unwrap();
        let mut out = String::new();
        write(&mut out, &value);
        assert_eq!(out, r#"{"a":null,"b":[1,{"a":-2,"z":0}]}"#);
        assert!(is_canonical(&out));
    }

    #[test]
    fn control_characters_are_escaped_as_jq_does_it() {
        let mut out = String::new();
        write_text(&mut out, "a\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é🔥");
        assert_eq!(out, r#""a\"\\\n\r\t\b\f\u0001\u001f\u007fé🔥""#);
        assert_eq!(
            serde_json::from_str::<String>(&out).unwrap(),
            "a\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é🔥"
        );
    }

    #[test]
    fn what_could_be_written_in_two_ways_is_not_canonical() {
        for line in [
            r#"{"b":1,"a":2}"#,
            r#"{"a":1, "b":2}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e3}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":123456789012345678901234567890}"#,
            "",
            "{}x",
        ] {
            assert!(!is_canonical(line), "{line}");
        }
    }
}
