//! Any split of the same bytes is the same tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::at::framer::{Framer, Token};

fn tokens<'a>(flags: u8, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Token> {
    let mut framer = Framer::new(flags & 1 != 0);
    framer.expect_prompt(flags & 2 != 0);
    if flags & 4 != 0 {
        framer.enter_stream();
    }
    let mut tokens: Vec<Token> = Vec::new();
    for piece in pieces {
        framer.push(piece);
        while let Some(token) = framer.next() {
            match (tokens.last_mut(), token) {
                (Some(Token::Sound(all)), Token::Sound(more)) => all.extend(more),
                (_, token) => tokens.push(token),
            }
        }
    }
    framer.release();
    tokens.extend(framer);
    tokens
}

fuzz_target!(|data: &[u8]| {
    let [flags, size, wire @ ..] = data else { return };
    let size = usize::from(*size % 32) + 1;
    let whole = tokens(*flags, std::iter::once(wire));
    assert_eq!(tokens(*flags, wire.chunks(size)), whole);
    assert_eq!(tokens(*flags, wire.chunks(1)), whole);
});
