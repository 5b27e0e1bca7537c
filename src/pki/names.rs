//! Which names and addresses go into a certificate, and which may not.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names under these are always allowed; nobody owns them on the internet.
pub(super) const LOCAL_SUFFIXES: [&str; 3] = ["local", "lan", "localhost"];

/// Private IPv4 ranges (RFC 1918, loopback RFC 1122, link-local RFC 3927): address and prefix.
pub(super) const PRIVATE_V4: [([u8; 4], u8); 5] = [
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
];

/// Private IPv6 ranges (unique local RFC 4193, loopback, link-local RFC 4291).
pub(super) const PRIVATE_V6: [(Ipv6Addr, u8); 3] = [
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
];

/// The subjects of a leaf. One subject outside the authority's constraints would make browsers
/// refuse the whole certificate, so such ones are left out and told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Wanted {
    pub(super) dns: BTreeSet<String>,
    pub(super) ips: BTreeSet<IpAddr>,
    left_out: Vec<String>,
}

impl Wanted {
    /// What may be certified of `names` and `addresses` under an authority that permits
    /// `permitted_dns`; the machine's own loopback is always there, for the console.
    pub(super) fn new(names: &[String], addresses: &[IpAddr], permitted_dns: &[String]) -> Wanted {
        let mut wanted = Wanted::default();
        wanted.dns.insert("localhost".to_owned());
        wanted.ips.insert(Ipv4Addr::LOCALHOST.into());
        wanted.ips.insert(Ipv6Addr::LOCALHOST.into());
        for name in names {
            match name.parse() {
                Ok(address) => wanted.add_address(address),
                Err(_) => wanted.add_name(name, permitted_dns),
            }
        }
        for address in addresses {
            // Browsers cannot open link-local IPv6 addresses: they need a zone.
            if !is_link_local_v6(address) {
                wanted.add_address(*address);
            }
        }
        wanted
    }

    fn add_name(&mut self, name: &str, permitted_dns: &[String]) {
        match normal_name(name) {
            Some(name) if permitted_dns.iter().any(|p| is_under(&name, p)) => {
                self.dns.insert(name);
            }
            Some(_) | None => self.left_out.push(name.to_owned()),
        }
    }

    fn add_address(&mut self, address: IpAddr) {
        if is_private(address) {
            self.ips.insert(address);
        } else {
            self.left_out.push(address.to_string());
        }
    }

    /// Says in the log what is not in the certificate.
    pub(super) fn tell_left_out(&self) {
        if !self.left_out.is_empty() {
            tracing::warn!(
                left_out = self.left_out.join(" "),
                "the certificate leaves these names or addresses out: they are outside the authority's limits"
            );
        }
    }

    /// Everything as text, sorted, for comparison and display.
    pub(super) fn subjects(&self) -> Vec<String> {
        let ips = self.ips.iter().map(ToString::to_string);
        self.dns.iter().cloned().chain(ips).collect()
    }
}

/// DNS subtrees an authority made for `names` permits.
pub(super) fn permitted_dns(names: &[String]) -> Vec<String> {
    let mut permitted: Vec<String> = LOCAL_SUFFIXES.iter().map(|s| (*s).to_owned()).collect();
    for name in names.iter().filter_map(|n| normal_name(n)) {
        if !permitted.iter().any(|p| is_under(&name, p)) {
            permitted.push(name);
        }
    }
    permitted
}

/// Lower case, no dot at the end; `None` if it is an address or not a host name (RFC 1123).
fn normal_name(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches('.').to_ascii_lowercase();
    if name.is_empty() || name.len() > 253 || name.parse::<IpAddr>().is_ok() {
        return None;
    }
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.split('.').all(label_fits).then_some(name)
}

fn is_under(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => PRIVATE_V4.iter().any(|(base, prefix)| {
            let mask = u32::MAX << (32 - u32::from(*prefix));
            u32::from(v4) & mask == u32::from_be_bytes(*base)
        }),
        IpAddr::V6(v6) => PRIVATE_V6.iter().any(|(base, prefix)| {
            let mask = u128::MAX << (128 - u32::from(*prefix));
            u128::from(v6) & mask == u128::from(*base)
        }),
    }
}

fn is_link_local_v6(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.segments()[0] & 0xffc0 == 0xfe80)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn an_office_gets_its_names_and_private_addresses_only() {
        let names = vec![
            "Siaga112.local.".to_owned(),
            "192.168.1.9".to_owned(),
            "bank.example".to_owned(),
        ];
        let addresses = ["10.1.2.3", "8.8.8.8", "fd00::5", "fe80::1"].map(|a| a.parse().unwrap());
        let wanted = Wanted::new(&names, &addresses, &permitted_dns(&[]));
        assert_eq!(
            wanted.subjects(),
            [
                "localhost",
                "siaga112.local",
                "10.1.2.3",
                "127.0.0.1",
                "192.168.1.9",
                "::1",
                "fd00::5"
            ]
        );
        assert_eq!(wanted.left_out, ["bank.example", "8.8.8.8"]);
    }

    #[test]
    fn a_chosen_name_is_permitted_by_the_authority_made_for_it() {
        let names = vec!["112.mitrakab.example".to_owned(), "a.lan".to_owned()];
        assert_eq!(
            permitted_dns(&names),
            ["local", "lan", "localhost", "112.mitrakab.example"]
        );
        assert!(!is_under("evillocal", "local"));
        assert_eq!(normal_name("tidak sah"), None);
    }
}
