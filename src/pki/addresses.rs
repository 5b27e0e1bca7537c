//! The addresses of this machine, as the kernel lists them.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Every address of every interface, sorted. Empty where the kernel does not tell, which costs
/// only the address in the certificate.
pub fn of_this_machine() -> Vec<IpAddr> {
    let v4 = std::fs::read_to_string("/proc/net/fib_trie").unwrap_or_default();
    let v6 = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let mut found = v4_of(&v4);
    found.extend(v6_of(&v6));
    found.into_iter().collect()
}

/// Reads `/proc/net/fib_trie`: an address line is followed by `/32 host LOCAL`.
fn v4_of(trie: &str) -> BTreeSet<IpAddr> {
    let mut found = BTreeSet::new();
    let mut last: Option<Ipv4Addr> = None;
    for line in trie.lines() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("|-- ") {
            last = text.parse().ok();
        } else if line.starts_with("/32 host LOCAL") {
            found.extend(last.map(IpAddr::V4));
        }
    }
    found
}

/// Reads `/proc/net/if_inet6`: 32 hexadecimal digits begin each line.
fn v6_of(table: &str) -> BTreeSet<IpAddr> {
    let parse = |line: &str| {
        let digits = line.get(..32)?;
        let bits = u128::from_str_radix(digits, 16).ok()?;
        Some(IpAddr::V6(Ipv6Addr::from(bits)))
    };
    table.lines().filter_map(parse).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_kernels_table_gives_local_addresses_and_no_others() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     \
            +-- 192.168.10.0/24 2 0 2\n        |-- 192.168.10.0\n           /24 link UNICAST\n        \
            |-- 192.168.10.5\n           /32 host LOCAL\n        |-- 192.168.10.255\n           /32 link BROADCAST\n";
        let found: Vec<String> = v4_of(trie).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["192.168.10.5"]);
    }

    #[test]
    fn version_6_addresses_are_read_too() {
        let table = "fd000000000000000000000000000005 02 40 00 80     eth0\n\
                     00000000000000000000000000000001 01 80 10 80       lo\nnonsense\n";
        let found: Vec<String> = v6_of(table).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["::1", "fd00::5"]);
    }
}
