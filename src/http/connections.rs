//! Connections counted by address, and what every socket is told.
//!
//! They are counted from the end of the TLS handshake: actix shows nobody a socket before. Until
//! then only [`limits::TLS_HANDSHAKE_TIMEOUT`] ends one, so that an address that keeps opening
//! hundreds of silent sockets delays new screens by that long each time; those that are connected
//! notice nothing.

use std::any::Any;
use std::collections::HashMap;
use std::net::IpAddr;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

use crate::base::limits;

/// How many connections each address has.
#[derive(Default)]
pub struct Connections {
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

impl Connections {
    /// Called for every accepted connection: counts it until it is closed, or closes it at once
    /// if its address has too many.
    pub fn met(self: &Arc<Self>, io: &dyn Any, data: &mut Extensions) {
        let tls = io.downcast_ref::<TlsStream<TcpStream>>();
        let socket = match tls {
            Some(tls) => Some(tls.get_ref().0),
            None => io.downcast_ref::<TcpStream>(),
        };
        let Some(socket) = socket else { return };
        let Ok(peer) = socket.peer_addr() else { return };
        notice_vanished_peers(socket);
        match self.count(peer.ip().to_canonical()) {
            Some(counted) => {
                data.insert(counted);
            }
            None => {
                let _ = rustix::net::shutdown(socket.as_fd(), rustix::net::Shutdown::Both);
            }
        }
    }

    /// How many there are in all.
    pub fn len(&self) -> usize {
        self.table().values().sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table().is_empty()
    }

    fn count(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let mut table = self.table();
        let count = table.entry(address).or_default();
        if *count >= limits::CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        *count += 1;
        Some(Counted {
            connections: self.clone(),
            address,
        })
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        // The table is whole after every statement.
        self.by_address.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// One counted connection.
struct Counted {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut table = self.connections.table();
        if let Some(count) = table.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                table.remove(&self.address);
            }
        }
    }
}

/// A screen whose PC lost power acknowledges nothing; the kernel then closes its connection, and
/// its seat is known to be empty.
fn notice_vanished_peers(socket: &TcpStream) {
    let patience_ms = u32::try_from(limits::SILENT_CONNECTION.as_millis()).unwrap_or(u32::MAX);
    let _ = rustix::net::sockopt::set_tcp_user_timeout(socket.as_fd(), patience_ms);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn one_address_cannot_take_every_connection_and_gets_them_back_when_it_closes_some() {
        let connections = Arc::new(Connections::default());
        let desk: IpAddr = "192.168.10.11".parse().unwrap();
        let mut held: Vec<Counted> = (0..limits::CONNECTIONS_PER_ADDRESS_MAX)
            .map(|_| connections.count(desk).unwrap())
            .collect();
        assert!(connections.count(desk).is_none());
        assert!(
            connections
                .count("192.168.10.12".parse().unwrap())
                .is_some()
        );
        held.pop();
        assert!(connections.count(desk).is_some());
        held.clear();
        assert!(connections.is_empty());
    }
}
