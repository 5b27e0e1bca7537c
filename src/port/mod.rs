//! Serial ports: one thread each, by stable name; vanish and return.
//!
//! Layer 2. Only this room names `serialport`. A port that hangs, vanishes, comes back under
//! another number or talks garbage disturbs no other line.

/// What a port thread tells the engine.
#[derive(Debug)]
pub enum PortEvent {
    Opened,
    Bytes(Vec<u8>),
    /// Gone or cannot be opened. `busy`: another program holds it; `holder` names it if known.
    Lost {
        cause: String,
        busy: bool,
        holder: Option<String>,
    },
}
