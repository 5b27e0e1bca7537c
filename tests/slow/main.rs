//! Long searches and real processes: power cuts, thousands of office days, kill -9.

mod crash;
mod pdu_peer;
mod peers;
mod process;
mod world;
