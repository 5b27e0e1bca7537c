//! The one loop that joins lines, desk and store for calls.
//!
//! Layer 3. `core` is sans-IO and owns every line and the desk; `run` is the thread around it.
//! Facts flow out on the bus; orders come in through the bounded inbox; there is no third way.

pub mod board;
pub mod bus;
pub mod codes;
pub mod core;
pub mod handle;
mod hearing;
mod lines;
mod record;
pub mod run;
pub mod sound;
pub mod time_keeper;
mod translate;
mod unsaved;
