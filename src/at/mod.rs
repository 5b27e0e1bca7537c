//! The modem's language. Bytes in, tokens out; nothing here decides anything.
//!
//! Layer 1, pure; imports only `base`.
//!
//! * [`framer`]: bytes in any split become lines, prompts, DLE codes and sound.
//! * [`final_code`]: how a command ended. [`urc`]: everything else a line can mean.
//! * [`command`]: what a command of ours asks for, how long it may take, which lines are its own.
//! * [`caller_id`]: who is calling, in the dialects of GSM and of voice modems.
//! * [`dle`]: escapes inside V.253 sound. [`vsm`]: the formats that sound may have. [`sms`]: text messages in PDU mode, both ways.

pub mod caller_id;
pub mod command;
pub mod dle;
pub mod final_code;
pub mod framer;
pub mod sms;
pub mod text;
pub mod urc;
pub mod vsm;
