//! Any body of any API call is a value that fits its description or a refusal with a sentence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::http::routes::{ROUTES, Route};
use siaga112::http::text::Lang;
use siaga112::http::{body, percent};

fuzz_target!(|data: &[u8]| {
    // Sound files have a reader, and a target, of their own.
    let takes_json = |route: &&Route| route.request.is_none_or(|taken| !taken.contains('/'));
    for route in ROUTES.iter().filter(takes_json) {
        let schema = route.request.unwrap_or("Nothing");
        match body::json(schema, data) {
            Ok(value) => assert!(value.is_object()),
            Err(problem) => {
                assert!(matches!(problem.status, 400 | 422));
                for lang in [Lang::Id, Lang::En] {
                    assert!(problem.sentence(lang).len() > 5);
                    assert!(problem.json(lang)["code"].is_string());
                }
            }
        }
    }
    let _ = body::form_field(data, "csrf");
    if let Ok(text) = std::str::from_utf8(data) {
        assert_eq!(percent::decode(&percent::encode(text)), text);
        let _ = percent::decode(text);
    }
});
