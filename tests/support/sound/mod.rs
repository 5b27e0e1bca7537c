//! Calls with sound through the real program: far ends that say numbered frames, browsers that send
//! and hear them, a disk that can stand still. For the bench and for the slow tests.

pub mod browser;
pub mod caller;
pub mod disk;
pub mod frames;
pub mod office;
pub mod times;
pub mod tty;
#[path = "../../fast/http/wire.rs"]
pub mod wire;
