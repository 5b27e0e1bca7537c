//! siaga112: the telephone side of a small 112 emergency centre in one binary.
//!
//! # How a call flows
//!
//! ```text
//!  port thread      bytes ──►  engine ──► at::Framer ──► line::Machine ──► desk ──► facts
//!  (one per tty)               (one loop)  tokens         events            │
//!                                                                           ├─► bus: alerts at once → screens ring
//!                                                                           ├─► store thread: commit → facts, replies
//!                                                                           └─► orders back to the lines
//! ```
//!
//! Facts flow one way: bytes, tokens, events, facts, views. Orders flow back by one road only, the
//! engine's bounded inbox ([`engine::handle`]). There is no third direction, so there are no cycles.
//!
//! # Rooms, lowest first
//!
//! | layer | rooms | rule |
//! | --- | --- | --- |
//! | 0 | [`base`] vocabulary and limits, [`config`] the TOML | import nothing above |
//! | 1 | [`at`] the modem's language, [`line`] one line as a machine, [`desk`] the centre, [`journal`] entries and their chain, [`voice`] sound | pure: no threads, files, sockets, clocks, randomness |
//! | 2 | [`clock`], [`crew`] threads, [`file`] small files replaced whole, [`store`] the disk, [`port`] serial ports, [`pki`] the office's certificates, [`prompts`] what the box says to callers | one outside thing each |
//! | 3 | [`engine`] the only join of lines and desk, [`media`] the sound of calls and the bell on the box | threads that never wait for one another |
//! | 4 | [`centre`] engine, sound and disk as one | whatever rings without a screen |
//! | 4 | [`http`] pages and API, [`control`] the local socket, [`health`] probes, [`sim`] virtual modems | see the engine only through its handle |
//! | 5 | [`practice`] a second centre, thrown away afterwards; [`cli`] one file per verb | put everything together |
//!
//! `tests/fast/tidy.rs` enforces this table.
//!
//! # The rules inside
//!
//! * **Sans-IO cores.** Everything in layer 1, and `engine::core`, is a value: an input and a time go
//!   in, things to do come out. One mutation, then drain, until it says only when it wants to be
//!   woken. This lets a test live through a year of an office in minutes.
//! * **Decide, apply, alert, commit, answer.** The desk decides (and may refuse); applying a fact
//!   cannot fail; alerts leave at once; the store commits; only then do replies and durable facts go
//!   out. Restart is replay.
//! * **The journal is the truth,** tables are views that can be rebuilt from it.
//! * **Order by sequence, never by wall time.** [`base::time::Trust`] stands beside every wall time.
//! * **Everything has a limit,** in [`base::limits`], with its unit and its reason.
//! * **Refusal or fault.** A refusal ([`desk::order::Refusal`]) is expected and told with the next
//!   step; a fault ([`base::fault::Fault`]) has a stable code, a sentence, a cure, and a cause chain.

pub mod base;

pub mod at;
pub mod desk;
pub mod journal;
pub mod line;
pub mod voice;

pub mod clock;
pub mod config;
pub mod crew;
pub mod file;
pub mod pki;
pub mod port;
pub mod prompts;
pub mod store;

pub mod engine;
pub mod media;

pub mod centre;
pub mod control;
pub mod health;
pub mod http;
pub mod sim;

pub mod cli;
pub mod practice;
