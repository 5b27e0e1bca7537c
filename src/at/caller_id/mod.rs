//! Who is calling, as modems say it: [`gsm`] lines, the lines of voice modems ([`analog`], their
//! hexadecimal form [`mdmf`]) and decorated [`ring`]s.

pub mod analog;
pub mod gsm;
pub mod mdmf;
pub mod ring;
