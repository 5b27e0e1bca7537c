//! The addresses of the web server, opened.
//!
//! The bells must not wait for a network: an address that this machine does not have yet (a cable
//! that is not plugged in, DHCP that has not answered) is listened on all the same, and is reached
//! as soon as it comes. One that another program has is left to it, as long as one of ours remains.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};

use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};

use super::codes::LISTEN;
use crate::base::fault::Fault;

/// Opens what can be opened.
///
/// # Errors
/// `WEB-010` with the first reason, if none can be.
pub(super) fn all(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, Fault> {
    let mut listeners = Vec::new();
    let mut first = None;
    for address in addresses {
        match one(*address) {
            Ok(listener) => listeners.push(listener),
            Err(error) => {
                let fault = Fault::because(&LISTEN, format!("membuka {address}: {error}"), error);
                tracing::error!(code = fault.code.id, "{}", fault.chain());
                first.get_or_insert(fault);
            }
        }
    }
    match first {
        Some(fault) if listeners.is_empty() => Err(fault),
        _ => Ok(listeners),
    }
}

fn one(address: SocketAddr) -> io::Result<TcpListener> {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
            tracing::warn!(%address, "this machine does not have the address yet; it is waited for");
            in_advance(address)
        }
        bound => bound,
    }
}

/// Listens on an address that is not there yet (ip(7), `IP_FREEBIND`).
fn in_advance(address: SocketAddr) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    };
    let socket = rustix::net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    // As the standard library does for every listener.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    sockopt::set_ip_freebind(&socket, true)?;
    rustix::net::bind(&socket, &address)?;
    rustix::net::listen(&socket, BACKLOG)?;
    Ok(TcpListener::from(socket))
}

/// As many as the standard library lets wait.
const BACKLOG: i32 = 128;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_that_is_not_there_yet_is_waited_for() {
        // RFC 5737 and RFC 3849: no machine has these.
        for text in ["192.0.2.1:0", "[2001:db8::1]:0"] {
            let listeners = all(&[address(text)]).expect("open");
            let local = listeners[0].local_addr().expect("address");
            assert_eq!(local.ip(), address(text).ip());
        }
    }

    #[test]
    fn a_taken_address_is_fatal_only_alone() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let taken = taken.local_addr().map(|address| (taken, address)).unwrap();
        let fault = all(&[taken.1]).expect_err("taken");
        assert_eq!(fault.code.id, "WEB-010");
        let both = all(&[taken.1, address("127.0.0.1:0")]).expect("the other one");
        assert_eq!(both.len(), 1);
    }
}
